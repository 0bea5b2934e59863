/** Protobuf by hand, for what the schema's own encoder cannot or would not write. */

export function varint(value: number | bigint): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
}

export const tag = (number: number, wire: number): number[] => varint(number * 8 + wire);

export const int = (number: number, value: number | bigint): Uint8Array => Uint8Array.from([...tag(number, 0), ...varint(value)]);

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** A length-delimited field: bytes, text or a message. */
export function field(number: number, body: Uint8Array | string): Uint8Array {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return concat(Uint8Array.from([...tag(number, 2), ...varint(bytes.length)]), bytes);
}

/** `depth` messages inside each other, all under the field numbers of `path`, round and round. */
export function nest(path: readonly number[], depth: number): Uint8Array {
  const headers: Uint8Array[] = [];
  let length = 0;
  for (let level = depth * path.length - 1; level >= 0; level--) {
    const header = Uint8Array.from([...tag(path[level % path.length], 2), ...varint(length)]);
    headers.push(header);
    length += header.length;
  }
  return concat(...headers.reverse());
}

export const opset = (version = 17): Uint8Array => field(8, int(2, version));
