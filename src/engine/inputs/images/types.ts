/** A decoded image: samples 0…255 or 0…65535, rows from the top, channels interleaved (1 grey, 2 grey and alpha, 3 RGB, 4 RGBA). */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** Value of white: 255 or 65535. */
  readonly white: number;
  readonly data: Uint8Array | Uint16Array;
}

/** Larger images are refused before they are decoded: 64 megapixels. */
export const MOST_PIXELS = 2 ** 26;
/** Larger image files are not read. */
export const LARGEST_FILE = 2 ** 28;
