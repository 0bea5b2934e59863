import { bitsOf } from '../../model/dataTypes.js';
import type { ByteSource } from '../../model/types.js';
import { elementsOf, fromBytes, reverseAxes, swapBytes, type FeedType } from './arrays.js';
import { readNpyHeader, type NpyHeader } from './npyHeader.js';
import type { NumberArray } from './types.js';

/** An array in a file, read a stretch at a time. */
export interface ArrayFile {
  readonly dataType: FeedType;
  readonly shape: readonly number[];
  /** Everything, row-major. */
  readAll(): Promise<NumberArray>;
  /** Indices `[start, end)` of `axis`, all of the other axes, row-major. The array is the caller's to keep. */
  readAlong(axis: number, start: number, end: number): Promise<NumberArray>;
}

/** How many bytes of a scattered array are gathered, and kept, in one pass over the file. */
const STRIPE = 2 ** 26;
/** How much of the file is read at once when the wanted parts lie scattered. */
const WINDOW = 2 ** 22;

/**
 * An array in .npy format. Consecutive stretches of a C-ordered array along its first axis are read as they lie. Where they lie scattered
 * (Fortran order, or along another axis) a stripe of up to 64 MB is gathered in one pass and kept for the stretches that follow.
 */
export async function npyArray(source: ByteSource, where: string): Promise<ArrayFile> {
  const header = await readNpyHeader(source, where);
  const { dataType, shape, fortran } = header;
  // Axes in the order in which they lie in the file, slowest first.
  const dims = fortran ? [...shape].reverse() : shape;
  const inOrder = (data: NumberArray, lengths: readonly number[]): NumberArray => (fortran ? reverseAxes(dataType, data, lengths) : data);
  let stripe: { axis: number; start: number; end: number; bytes: Uint8Array } | undefined;

  /** Little-endian bytes of `[start, end)` along the file's axis. */
  const gather = async (axis: number, start: number, end: number): Promise<Uint8Array> => {
    const bytesPerRow = sizeOf(header, dims.slice(0, axis)) * elementsOf(dims.slice(axis + 1));
    if (stripe?.axis !== axis || start < stripe.start || end > stripe.end) {
      const last = Math.min(dims[axis], Math.max(end, start + Math.floor(STRIPE / bytesPerRow)));
      stripe = undefined;
      stripe = { axis, start, end: last, bytes: await sliceAxis(source, header, dims, axis, start, last) };
    }
    const inner = sizeOf(header, dims.slice(axis + 1));
    return cut(stripe.bytes, elementsOf(dims.slice(0, axis)), stripe.end - stripe.start, inner, start - stripe.start, end - stripe.start);
  };

  return {
    dataType,
    shape,
    async readAll() {
      const bytes = await readLittleEndian(source, header, 0, sizeOf(header, shape));
      return inOrder(fromBytes(dataType, bytes), dims);
    },
    async readAlong(axis, start, end) {
      if (!(axis < shape.length && 0 <= start && start < end && end <= shape[axis]))
        throw new RangeError(`no rows ${start}…${end} along axis ${axis}`);
      const fileAxis = fortran ? shape.length - 1 - axis : axis;
      const lengths = dims.with(fileAxis, end - start);
      if (elementsOf(lengths) === 0) return fromBytes(dataType, new Uint8Array(0));
      const row = sizeOf(header, dims.slice(fileAxis + 1));
      const bytes =
        elementsOf(dims.slice(0, fileAxis)) === 1
          ? await readLittleEndian(source, header, start * row, end * row)
          : await gather(fileAxis, start, end);
      return inOrder(fromBytes(dataType, bytes), lengths);
    },
  };
}

/** Bytes of as many elements as `dims` count. */
const sizeOf = (header: NpyHeader, dims: readonly number[]): number => (elementsOf(dims) * bitsOf[header.dataType]!) / 8;

/** Bytes `[start, end)` of the elements as a fresh, little-endian copy. */
async function readLittleEndian(source: ByteSource, header: NpyHeader, start: number, end: number): Promise<Uint8Array> {
  // a copy, because a source may hand out views; not `slice`, which for a Buffer is a view again
  const bytes = new Uint8Array(await source.slice(header.offset + start, header.offset + end));
  if (header.bigEndian) swapBytes(bytes, sizeOf(header, []));
  return bytes;
}

/** One ascending pass over the file, in windows of whole outer rows where these are short. */
async function sliceAxis(
  source: ByteSource,
  header: NpyHeader,
  dims: readonly number[],
  axis: number,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const outer = elementsOf(dims.slice(0, axis));
  const inner = sizeOf(header, dims.slice(axis + 1));
  const row = dims[axis] * inner;
  const run = (end - start) * inner;
  const out = new Uint8Array(outer * run);
  const rows = Math.max(1, Math.floor(WINDOW / row));
  for (let o = 0; o < outer; o += rows) {
    const n = Math.min(rows, outer - o);
    if (n === 1) out.set(await readLittleEndian(source, header, o * row + start * inner, o * row + end * inner), o * run);
    else out.set(cut(await readLittleEndian(source, header, o * row, (o + n) * row), n, dims[axis], inner, start, end), o * run);
  }
  return out;
}

/** `[start, end)` of the middle axis of `outer` × `length` × `inner` bytes, as a copy. */
function cut(bytes: Uint8Array, outer: number, length: number, inner: number, start: number, end: number): Uint8Array {
  const run = (end - start) * inner;
  const out = new Uint8Array(outer * run);
  for (let o = 0; o < outer; o++) out.set(bytes.subarray((o * length + start) * inner, (o * length + end) * inner), o * run);
  return out;
}
