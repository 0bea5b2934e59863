import { bytes as byteText } from '../../quote.js';
import { ModelError, type ByteSource } from '../../types.js';
import { Output } from './output.js';
import type { DataRecord, Payload } from './records.js';
import { Kind, Wire, attributeMessage, modelMessage, tensorMessage, type Field, type Message } from './schema.js';

/** An ONNX file without its weights: small enough to decode at once, with a note of where the weights are. */
export interface Skeleton {
  /** A `ModelProto` whose tensors (and long attribute lists) carry the index of their record, in decimal, as `doc_string`. */
  readonly bytes: Uint8Array;
  readonly records: readonly DataRecord[];
}

export interface Limits {
  /** Messages inside messages; one subgraph is three of them. */
  readonly depth: number;
  readonly skeletonBytes: number;
  readonly messages: number;
  /** Stretches of the file that values of tensors are in. */
  readonly pieces: number;
  /** Longest name. */
  readonly text: number;
  /** Bytes of an attribute's value that are copied at most. */
  readonly blob: number;
  /** Numbers of an attribute's list that are copied at most; the rest is only recorded. */
  readonly list: number;
  /** Payloads up to this many bytes are kept beside their record. */
  readonly inline: number;
}

export const LIMITS: Limits = {
  depth: 312,
  skeletonBytes: 1 << 27,
  messages: 6e6,
  pieces: 2e6,
  text: 1 << 16,
  blob: 1 << 16,
  list: 4096,
  inline: 1024,
};

/** Subgraphs inside subgraphs that are read. */
export const DEEPEST_SUBGRAPH = 100;

interface Frame {
  message: Message;
  /** Where the message starts and ends in the file. */
  start: number;
  end: number;
  /** Its length in the skeleton is written here. */
  hole: number;
  /** The same of the message it is wrapped in, or 0. */
  outerHole: number;
  /** Where its values are. */
  payloads: Payload[] | null;
  /** Numbers of lists copied so far, and whether some were not. */
  copied: number;
  cut: boolean;
}

/** More than any tag and length together take. */
const HEADER = 20;
const SMALLEST_WINDOW = 1 << 12;
const LARGEST_WINDOW = 1 << 20;

/**
 * Walks the protobuf messages of an ONNX file without reading its weights, so that a model may be larger than memory. Every length is checked
 * against the message around it; nesting, names and the skeleton's own size are bounded.
 * @throws ModelError that says at which byte the file stops making sense.
 */
export async function readSkeleton(source: ByteSource, limits: Limits = LIMITS): Promise<Skeleton> {
  const out = new Output();
  const records: DataRecord[] = [];
  const frames: Frame[] = [];
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = 0;
  let windowSize = SMALLEST_WINDOW;
  let pos = 0;
  let messages = 0;
  let pieces = 0;

  /** Makes `count` bytes at `pos` available, or as many as the file has. Reads further ahead the longer the walk goes straight on. */
  const load = async (count: number): Promise<void> => {
    checkSize();
    const straightOn = pos <= windowStart + window.length;
    windowSize = straightOn ? Math.min(windowSize * 4, LARGEST_WINDOW) : SMALLEST_WINDOW;
    windowStart = pos;
    window = await source.slice(pos, Math.min(source.byteLength, pos + Math.max(windowSize, count)));
  };
  const available = (): number => windowStart + window.length - pos;

  /** The innermost messages, as in "node of the graph". */
  const path = (): string =>
    frames
      .slice(-2)
      .map(({ message }) => message.name)
      .reverse()
      .join(' of the ');
  const fail = (what: string): never => {
    throw new ModelError(`${frames.length > 1 ? 'damaged ONNX file' : 'not an ONNX model'}: ${what}: fetch or export it again`);
  };

  /** Reads a varint at `pos`, which moves behind it. Exact up to 2^53; larger ones come out as infinity (nothing that long is asked for). */
  const varint = (end: number): number => {
    let value = 0;
    let scale = 1;
    const limit = Math.min(end, windowStart + window.length);
    for (let i = 0; i < 10; i++, scale *= 128) {
      if (pos >= limit) return overrun(`a number at byte ${pos}`, Infinity, null);
      const byte = window[pos++ - windowStart];
      value += (byte & 127) * scale;
      if (byte < 128) return value <= Number.MAX_SAFE_INTEGER ? value : Infinity;
    }
    return fail(`a number of more than 10 bytes at byte ${pos - 10}`);
  };
  /** What is at byte `at` does not end where the message around it does. Only the outermost message ends with the file. */
  const overrun = (what: string, needed: number, field: Field | null | undefined): never => {
    if (frames.length > 1) return fail(`${what} is longer than the ${path()} it is in`);
    const until = Number.isFinite(needed) ? `, which goes on to byte ${needed}` : '';
    const size = source.byteLength;
    throw new ModelError(
      field?.kind === Kind.Message
        ? `truncated ONNX file: it ends at byte ${size} inside its ${field.message!.name}${until}: fetch it again`
        : `not an ONNX model, or a truncated one: it ends at byte ${size} inside a field${until}: fetch or export it again`,
    );
  };
  const checkSize = (): void => {
    if (out.length > limits.skeletonBytes)
      throw new ModelError(
        `the graph alone, without weights, takes more than ${byteText(limits.skeletonBytes)}: larger than any model this tool can show`,
      );
  };

  const open = (message: Message, end: number, field: Field | null): void => {
    if (frames.length > limits.depth)
      throw new ModelError(
        `graphs or types are nested more than ${DEEPEST_SUBGRAPH} levels deep at byte ${pos}: no real model does that, so it is not read further`,
      );
    if (++messages > limits.messages)
      throw new ModelError(`more than ${limits.messages} parts before byte ${pos}: larger than any model this tool can show`);
    let outerHole = 0;
    let hole = 0;
    if (field) {
      if (field.wrapIn) {
        out.tag(field.wrapIn, Wire.Bytes);
        outerHole = out.hole();
      }
      out.tag(field.as, Wire.Bytes);
      hole = out.hole();
    }
    frames.push({ message, start: pos, end, hole, outerHole, payloads: null, copied: 0, cut: false });
  };

  const close = (): void => {
    const frame = frames.pop()!;
    const { message } = frame;
    if (message === tensorMessage || frame.cut) {
      const token = String(records.length);
      records.push({ offset: frame.start, length: frame.end - frame.start, payloads: frame.payloads ?? [] });
      out.tag(message.token, Wire.Bytes);
      out.varint(token.length);
      out.reserve(token.length);
      for (let i = 0; i < token.length; i++) out.bytes[out.length++] = token.charCodeAt(i);
    }
    if (frame.hole) out.patch(frame.hole);
    if (frame.outerHole) out.patch(frame.outerHole);
    checkSize();
  };

  /** Notes `[offset, offset + length)` as the next values of a field. */
  const note = (frame: Frame, number: number, field: Field, offset: number, length: number, tagged: boolean): Payload => {
    const payloads = (frame.payloads ??= []);
    let payload = payloads.find((p) => p.field === number);
    if (!payload) payloads.push((payload = { field: number, wire: field.wire, pieces: [], inline: null }));
    const single = field.wire === Wire.Bytes && number === 9; // raw_data is one value: the last counts
    if (single) payload.pieces.length = 0;
    const last = payload.pieces.at(-1);
    if (last && tagged && last.tagged && last.offset + last.length === offset) last.length += length;
    else {
      if (++pieces > limits.pieces) fail(`a tensor in more than ${limits.pieces} pieces at byte ${offset}`);
      payload.pieces.push({ offset, length, tagged });
    }
    payload.inline = null;
    return payload;
  };

  /** A packed run of numbers: `length` bytes at `pos`. */
  const packedList = (frame: Frame, number: number, field: Field, length: number): void => {
    if (frame.message === attributeMessage) note(frame, number, field, pos, length, false);
    const cost = field.wire === Wire.Varint ? length : length / 4; // a varint takes one byte at least
    if (frame.copied + cost > limits.list) {
      frame.cut = true;
      return;
    }
    frame.copied += cost;
    if (field.wire === Wire.Fixed32 && length % 4) fail(`a list of ${length} bytes of 4-byte numbers at byte ${pos}`);
    const at = pos - windowStart;
    if (length > 0 && field.wire === Wire.Varint && window[at + length - 1] > 127)
      fail(`a list that ends inside a number at byte ${pos + length}`);
    out.tag(field.as, Wire.Bytes);
    out.varint(length);
    out.copy(window, at, at + length);
  };

  open(modelMessage, source.byteLength, null);
  for (;;) {
    const frame = frames[frames.length - 1];
    const end = frame.end;
    if (pos === end) {
      if (frames.length === 1) break;
      close();
      continue;
    }
    if (available() < HEADER && pos + available() < source.byteLength) await load(HEADER);

    const tagStart = pos;
    const tag = varint(end);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0 || number > 0x1fffffff || wire === 3 || wire === 4 || wire > 5) {
      pos = tagStart;
      fail(`byte ${pos} inside the ${path()} starts no field`);
    }
    const field = frame.message.fields[number];

    if (wire === 2) {
      const length = varint(end);
      if (length > end - pos) {
        overrun(`a field at byte ${tagStart}`, pos + length, field);
      }
      if (!field) pos += length;
      else if (field.kind === Kind.Message) open(field.message!, pos + length, field);
      else if (field.kind === Kind.Payload) {
        const payload = note(frame, number, field, pos, length, false);
        if (length <= limits.inline && payload.pieces.length === 1) {
          if (available() < length) await load(length);
          payload.inline = new Uint8Array(window.subarray(pos - windowStart, pos - windowStart + length)); // a copy, whatever array it is
        }
        pos += length;
      } else if (field.kind === Kind.List) {
        if (available() < length && length <= limits.list * 4) await load(length);
        packedList(frame, number, field, length);
        pos += length;
      } else if (field.kind === Kind.Text || field.kind === Kind.Blob) {
        if (field.kind === Kind.Text && length > limits.text) fail(`a name of ${byteText(length)} at byte ${tagStart}`);
        if (field.kind === Kind.Text || length <= limits.blob) {
          if (available() < length) await load(length);
          out.tag(field.as, Wire.Bytes);
          out.varint(length);
          out.copy(window, pos - windowStart, pos - windowStart + length);
        }
        pos += length;
      } else pos += length; // not what the field should be: as good as unknown
      continue;
    }

    const valueStart = pos;
    if (wire === 0) varint(end);
    else {
      pos += wire === 1 ? 8 : 4;
      if (pos > end) overrun(`a number at byte ${tagStart}`, pos, field);
    }
    if (field?.wire !== wire) continue;
    if (field.kind === Kind.Payload || (field.kind === Kind.List && frame.message === attributeMessage)) {
      const tagged = valueStart - tagStart === 1;
      const start = tagged ? tagStart : valueStart;
      note(frame, number, field, start, pos - start, tagged);
    }
    if (field.kind === Kind.Payload) continue;
    if (field.kind === Kind.List && ++frame.copied > limits.list) {
      frame.cut = true;
      continue;
    }
    out.tag(field.as, wire);
    out.copy(window, valueStart - windowStart, pos - windowStart);
  }
  return { bytes: out.bytes.subarray(0, out.length), records };
}
