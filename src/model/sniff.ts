/** Recognises files that are no ONNX models but often stand where one is expected. */

/** Bytes of the beginning of a file that are looked at. */
export const SNIFFED = 1024;

interface Kind {
  readonly matches: (head: Uint8Array, text: string) => boolean;
  /** What it is and what to do, after "this is". */
  readonly says: string;
}

const starts =
  (...codes: number[]) =>
  (head: Uint8Array): boolean =>
    codes.every((code, i) => head[i] === code);

const ascii =
  (magic: string, offset = 0) =>
  (head: Uint8Array): boolean =>
    Array.from(magic).every((c, i) => head[offset + i] === c.charCodeAt(0));

const kinds: readonly Kind[] = [
  {
    matches: (_, text) => text.startsWith('version https://git-lfs.github.com/spec/'),
    says: 'a git-LFS pointer, not the model itself: run `git lfs pull` to fetch it',
  },
  { matches: starts(0x50, 0x4b, 3, 4), says: 'a zip archive (PyTorch, Keras or a packed model): unpack it, or export the model to ONNX' },
  { matches: starts(0x1f, 0x8b), says: 'a gzip archive: unpack it first' },
  { matches: starts(0x28, 0xb5, 0x2f, 0xfd), says: 'a zstd archive: unpack it first' },
  { matches: starts(0x42, 0x5a, 0x68), says: 'a bzip2 archive: unpack it first' },
  { matches: starts(0xfd, 0x37, 0x7a, 0x58, 0x5a), says: 'an xz archive: unpack it first' },
  { matches: starts(0x89, 0x48, 0x44, 0x46), says: 'an HDF5 file (Keras): convert it with tf2onnx' },
  { matches: ascii('TFL3', 4), says: 'a TensorFlow Lite model: convert it with tf2onnx' },
  { matches: ascii('ORTM', 4), says: 'an ONNX Runtime format (.ort) model: open the .onnx it was made from' },
  { matches: ascii('GGUF'), says: 'a GGUF model: open the model it was converted from as ONNX' },
  { matches: ascii('\x93NUMPY'), says: 'a NumPy array: choose the .onnx model file' },
  { matches: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5, says: 'a Python pickle (PyTorch): export the model to ONNX' },
  {
    matches: (head, text) => head.length > 9 && head.subarray(5, 8).every((b) => b === 0) && text[8] === '{',
    says: 'a safetensors file: export the model to ONNX',
  },
  { matches: starts(0x89, 0x50, 0x4e, 0x47), says: 'a PNG picture: choose the .onnx model file' },
  { matches: starts(0xff, 0xd8, 0xff), says: 'a JPEG picture: choose the .onnx model file' },
  { matches: starts(0x7f, 0x45, 0x4c, 0x46), says: 'a program (ELF): choose the .onnx model file' },
  {
    matches: (_, text) => /^\s*<(!doctype html|html|head)/i.test(text),
    says: 'an HTML page, probably an error page of the download: fetch the file again',
  },
  { matches: (_, text) => /^\s*<(\?xml|net)/i.test(text), says: 'an XML file (OpenVINO?): choose the .onnx model file' },
  {
    matches: (head, text) => /^\s*ir_version\s*:/.test(text) && isText(head),
    says: 'an ONNX model in text form: convert it to the binary form',
  },
  { matches: (head, text) => /^\s*[{[]/.test(text) && isText(head), says: 'a JSON file: choose the .onnx model file' },
  { matches: (head) => head.every((byte) => byte === 0), says: 'a file of zeros, probably a broken download: fetch it again' },
  { matches: isText, says: 'a text file: choose the .onnx model file' },
];

/** What a file is that begins with these bytes, with what to do about it; null when it may be a model. */
export function foreignKind(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head.subarray(0, 128));
  return kinds.find((kind) => kind.matches(head, text))?.says ?? null;
}

/** Printable from end to end, as no protobuf message of a model is. */
function isText(head: Uint8Array): boolean {
  return head.length >= 4 && head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
