/** The axis of a layer's input that its weight sums over: 1 of convolutions, the last one of matrix products and recurrent layers. */
export function contractionAxis(op: string, rank: number): number {
  return op.includes('Conv') ? Math.min(1, rank - 1) : rank - 1;
}

/** A shape seen around an axis: element (o, c, i) lies at (o·channels + c)·inner + i. */
export interface Around {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

export function around(shape: readonly number[], axis: number): Around {
  const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
  if (shape.length === 0) return { outer: 1, channels: 1, inner: 1 };
  return { outer: product(shape.slice(0, axis)), channels: shape[axis], inner: product(shape.slice(axis + 1)) };
}

/** Values with the channels of each place together, row by row, or back. May be `x` itself, where the orders are the same. */
export function channelsLast(x: Float32Array, { outer, channels, inner }: Around, back = false): Float32Array {
  if (inner === 1 || channels === 1) return x;
  const out = new Float32Array(x.length);
  for (let o = 0; o < outer; o++) {
    const block = o * channels * inner;
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < inner; i++) {
        const [there, here] = [block + i * channels + c, block + c * inner + i];
        if (back) out[here] = x[there];
        else out[there] = x[here];
      }
  }
  return out;
}

/** Values with those of each channel together: channel after channel. */
export function channelMajor(x: Float32Array, { outer, channels, inner }: Around): Float32Array {
  if (outer === 1) return x;
  const out = new Float32Array(x.length);
  for (let o = 0; o < outer; o++)
    for (let c = 0; c < channels; c++) {
      const from = (o * channels + c) * inner;
      out.set(x.subarray(from, from + inner), (c * outer + o) * inner);
    }
  return out;
}
