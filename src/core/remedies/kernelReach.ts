/** How the kernel of a convolution lies on its input along one axis. */
export interface KernelAxis {
  /** Positions of the input and of the output. */
  readonly input: number;
  readonly output: number;
  /** Elements of the kernel. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly pad: number;
}

/**
 * For each element of a kernel, row-major, the share of outputs for which it lies on a value and not on the padding.
 * @param transposed of a transposed convolution: the share of outputs that the element brings a value to
 */
export function insideShares(axes: readonly KernelAxis[], transposed: boolean): number[] {
  return axes.reduce<number[]>(
    (shares, axis) => {
      const along = Array.from({ length: axis.kernel }, (_, k) => hits(axis, k, transposed) / axis.output);
      return shares.flatMap((share) => along.map((one) => share * one));
    },
    [1],
  );
}

function hits({ input, output, stride, dilation, pad }: KernelAxis, k: number, transposed: boolean): number {
  const [steps, end] = transposed ? [input, output] : [output, input];
  let found = 0;
  for (let i = 0; i < steps; i++) {
    const at = i * stride + k * dilation - pad;
    if (at >= 0 && at < end) found++;
  }
  return found;
}
