/** Bytes of a length message are reserved before the message's size is known; a padded varint fills them. */
export const RESERVED = 5;

/** A growing byte array. */
export class Output {
  bytes = new Uint8Array(1 << 14);
  length = 0;

  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  varint(value: number): void {
    this.reserve(5);
    for (; value > 127; value >>>= 7) this.bytes[this.length++] = (value & 127) | 128;
    this.bytes[this.length++] = value;
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    if (end - start > 32) {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += end - start;
    } else for (let i = start; i < end; i++) this.bytes[this.length++] = from[i];
  }

  /** Leaves room for a length; `patch` fills it once it is known. */
  hole(): number {
    this.reserve(RESERVED);
    this.length += RESERVED;
    return this.length;
  }

  patch(hole: number): void {
    let value = this.length - hole;
    for (let i = hole - RESERVED; i < hole - 1; i++) {
      this.bytes[i] = (value & 127) | 128;
      value >>>= 7;
    }
    this.bytes[hole - 1] = value & 127;
  }
}
