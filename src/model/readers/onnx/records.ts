import type { Wire } from './schema.js';

/** A stretch of the file that holds values of one field. */
export interface Piece {
  readonly offset: number;
  length: number;
  /** Every value is preceded by its one-byte field tag (an unpacked list). */
  readonly tagged: boolean;
}

/** The values of one field of a tensor (or of a long list in an attribute): where they are in the file. */
export interface Payload {
  /** Field number in its message: 9 is `raw_data`. */
  readonly field: number;
  readonly wire: Wire;
  readonly pieces: Piece[];
  /** The bytes themselves when they are few and in one untagged piece. */
  inline: Uint8Array | null;
}

/** Where a message is in the file, and its values. */
export interface DataRecord {
  /** The message itself, without its tag and length. */
  readonly offset: number;
  readonly length: number;
  readonly payloads: Payload[];
}
