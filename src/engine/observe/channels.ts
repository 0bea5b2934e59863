/** Of fewer values a channel's range tells nothing. */
const FEW = 16;

/** Ranges of the channels of a layer's input: axis 1 of convolutions, the last one of matrix products. */
export function channelRanges(
  values: Float32Array | Float64Array,
  shape: readonly number[],
  op: string,
): readonly (readonly [number, number])[] | null {
  if (shape.length < 2) return null;
  const axis = op.includes('Conv') ? 1 : shape.length - 1;
  const channels = shape[axis];
  if (values.length < channels * FEW) return null;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const ranges = Array.from({ length: channels }, (): [number, number] => [Infinity, -Infinity]);
  for (let i = 0; i < values.length; i += inner) {
    const range = ranges[(i / inner) % channels];
    for (let j = i; j < i + inner; j++) {
      if (values[j] < range[0]) range[0] = values[j];
      if (values[j] > range[1]) range[1] = values[j];
    }
  }
  return ranges;
}
