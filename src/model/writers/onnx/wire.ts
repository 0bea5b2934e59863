/** Protobuf messages as stretches of bytes: fields are found and copied, never decoded and written again, so nothing is lost. */

import { ModelError } from '../../types.js';

/** One field of a message: where it is, tag included, and its payload when it is length-delimited. */
export interface FieldSlice {
  readonly number: number;
  /** The field with its tag and length: what is copied to keep it. */
  readonly whole: Uint8Array;
  /** What is inside, of a length-delimited field; empty otherwise. */
  readonly body: Uint8Array;
  /** The number a varint field holds; 0 otherwise. */
  readonly value: number;
}

/** The fields of a message, in order. @throws ModelError when the bytes are no message. */
export function* fieldsOf(message: Uint8Array): Generator<FieldSlice> {
  let at = 0;
  const damaged = (): never => {
    throw new ModelError(`damaged ONNX file: a message stops making sense at its byte ${at}: fetch or export it again`);
  };
  const varint = (): number => {
    let value = 0;
    for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
      if (at >= message.length) return damaged();
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return damaged();
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const number = Math.floor(tag / 8);
    let body = message.subarray(at, at);
    let value = 0;
    switch (tag % 8) {
      case 0:
        value = varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        body = message.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        damaged();
    }
    if (at > message.length) damaged();
    yield { number, whole: message.subarray(start, at), body, value };
  }
}

/** Bytes that are made when they are written, because all of them at once would be too many. */
export interface Deferred {
  readonly length: number;
  /** All of them, in stretches. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

export type Bytes = Uint8Array | Deferred;

/** A message put together from fields; `finish` and `stream` copy it all once. */
export class MessageWriter {
  private readonly parts: Bytes[] = [];
  length = 0;

  /** A field as it is, tag included; or fields that are written already. */
  copy(whole: Bytes): this {
    this.parts.push(whole);
    this.length += whole.length;
    return this;
  }

  /** A length-delimited field: bytes, text or a message. */
  field(number: number, body: Bytes | string | MessageWriter): this {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    this.copy(Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(bytes.length)]));
    if (bytes instanceof MessageWriter) for (const part of bytes.parts) this.copy(part);
    else this.copy(bytes);
    return this;
  }

  /** A varint field: a whole number, negative ones as the 64 bits they are in two's complement. */
  int(number: number, value: number): this {
    return this.copy(Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]));
  }

  /** A float field. */
  float(number: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.copy(Uint8Array.from([...varintBytes(number * 8 + 5), ...bytes]));
  }

  /** The message in one piece. @throws TypeError when a part of it is deferred. */
  finish(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      if (!(part instanceof Uint8Array)) throw new TypeError('a message with deferred parts has to be streamed');
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** The message, in stretches of any length. @throws RangeError when a deferred part is not as long as it said. */
  async *stream(): AsyncGenerator<Uint8Array> {
    let small: Uint8Array[] = [];
    let length = 0;
    for (const part of this.parts) {
      if (part instanceof Uint8Array && part.length < GATHERED) {
        small.push(part);
        length += part.length;
        if (length < GATHERED) continue;
      }
      if (length > 0) yield joined(small, length);
      [small, length] = [[], 0];
      if (part instanceof Uint8Array && part.length >= GATHERED) yield part;
      if (part instanceof Uint8Array) continue;
      let read = 0;
      for await (const bytes of part.read()) {
        read += bytes.length;
        yield bytes;
      }
      if (read !== part.length) throw new RangeError(`${part.length} bytes were announced, ${read} came`);
    }
    if (length > 0) yield joined(small, length);
  }
}

/** Shorter parts are put together before they are written. */
const GATHERED = 1 << 16;

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function varintBytes(value: number): number[] {
  const out: number[] = [];
  if (value < 0) {
    for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
      if (rest < 128n) return [...out, Number(rest)];
      out.push(Number(rest & 127n) | 128);
    }
  }
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}
