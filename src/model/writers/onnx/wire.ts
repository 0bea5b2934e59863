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

/** A message put together from fields; `finish` copies it all once. */
export class MessageWriter {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  /** A field as it is, tag included. */
  copy(whole: Uint8Array): this {
    this.parts.push(whole);
    this.length += whole.length;
    return this;
  }

  /** A length-delimited field: bytes, text or a message. */
  field(number: number, body: Uint8Array | string | MessageWriter): this {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    this.copy(Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(bytes.length)]));
    if (bytes instanceof MessageWriter) for (const part of bytes.parts) this.copy(part);
    else this.copy(bytes);
    return this;
  }

  /** A varint field; `value` is at least 0. */
  int(number: number, value: number): this {
    return this.copy(Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]));
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

function varintBytes(value: number): number[] {
  const out: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}
