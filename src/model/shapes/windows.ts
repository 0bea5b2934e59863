import { dimsOf, known, listArgument, shaped, type Dims, type NodeView, type ShapeRule, type ShapeRules } from './value.js';

/** Convolutions and pools: a window that moves over the spatial dimensions of [batch, channels, …]. */
export const windowRules: ShapeRules = {
  Conv: convolution(1),
  FusedConv: convolution(1),
  ConvInteger: convolution(1),
  DeformConv: convolution(1),
  QLinearConv: convolution(3),
  ConvTranspose: transposedConvolution,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  QLinearAveragePool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  QLinearGlobalAveragePool: globalPool,
  DepthToSpace: (node) => {
    const block = node.int('blocksize') ?? 1;
    return blocks(
      node,
      (c) => c / (block * block),
      (s) => s * block,
    );
  },
  SpaceToDepth: (node) => {
    const block = node.int('blocksize') ?? 1;
    return blocks(
      node,
      (c) => c * block * block,
      (s) => s / block,
    );
  },
};

interface Window {
  readonly kernel: Dims;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Heads, then tails. */
  readonly pads: readonly number[];
  readonly auto: string;
}

function windowOf(node: NodeView, kernel: Dims): Window {
  const ones = kernel.map(() => 1);
  const auto = node.text('auto_pad') ?? 'NOTSET';
  return {
    kernel,
    strides: node.ints('strides') ?? ones,
    dilations: node.ints('dilations') ?? ones,
    pads: (auto === 'NOTSET' && node.ints('pads')) || [...ones, ...ones].fill(0),
    auto,
  };
}

/** Places of the window along one dimension. */
function places(size: number | null, axis: number, window: Window, ceil: boolean): number | null {
  const stride = window.strides[axis];
  if (window.auto.startsWith('SAME')) return known((s) => Math.ceil(s / stride), size);
  const head = window.pads[axis];
  const tail = window.pads[axis + window.kernel.length];
  return known(
    (s, k) => {
      const room = s + head + tail - window.dilations[axis] * (k - 1) - 1;
      const steps = (ceil ? Math.ceil : Math.floor)(room / stride) + 1;
      // a window may not start behind the input and its head padding
      return Math.max(0, ceil && (steps - 1) * stride >= s + head ? steps - 1 : steps);
    },
    size,
    window.kernel[axis],
  );
}

/** [C_out, C_in / group, …] weights; the kernel's size is theirs unless it is an attribute. */
function convolution(weightInput: number): ShapeRule {
  return (node) => {
    const dims = dimsOf(node, 0);
    const weight = dimsOf(node, weightInput);
    if (!weight || weight.length < 3) return [];
    const window = windowOf(node, node.ints('kernel_shape') ?? weight.slice(2));
    const spatial = dims?.slice(2) ?? window.kernel.map(() => null);
    return [shaped([dims?.[0] ?? null, weight[0], ...spatial.map((size, axis) => places(size, axis, window, false))])];
  };
}

/** [C_in, C_out / group, …] weights. */
function transposedConvolution(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const weight = dimsOf(node, 1);
  if (!weight || weight.length < 3) return [];
  const window = windowOf(node, node.ints('kernel_shape') ?? weight.slice(2));
  const extra = node.ints('output_padding') ?? [];
  const given = node.ints('output_shape');
  const spatial = window.kernel.map((kernel, axis) => {
    if (given) return given[given.length - window.kernel.length + axis] ?? null;
    const stride = window.strides[axis];
    if (window.auto.startsWith('SAME')) return known((s) => s * stride, dims?.[axis + 2]);
    const padding = window.pads[axis] + window.pads[axis + window.kernel.length];
    return known(
      (s, k) => stride * (s - 1) + (extra[axis] ?? 0) + (k - 1) * window.dilations[axis] + 1 - padding,
      dims?.[axis + 2],
      kernel,
    );
  });
  return [shaped([dims?.[0] ?? null, known((c) => c * (node.int('group') ?? 1), weight[1]), ...spatial])];
}

function pool(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const kernel = node.ints('kernel_shape');
  if (!dims || !kernel) return [];
  const window = windowOf(node, kernel);
  const out = shaped([...dims.slice(0, 2), ...dims.slice(2).map((size, axis) => places(size, axis, window, node.int('ceil_mode') === 1))]);
  return [out, out];
}

function globalPool(node: NodeView): ReturnType<ShapeRule> {
  return [shaped(dimsOf(node, 0)?.map((dim, axis) => (axis < 2 ? dim : 1)) ?? null)];
}

function blocks(node: NodeView, channels: (c: number) => number, side: (s: number) => number): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  if (dims?.length !== 4) return [];
  return [shaped([dims[0], known(channels, dims[1]), known(side, dims[2]), known(side, dims[3])])];
}

/** Resize and Upsample: by sizes, or by scales. */
export const resizeRules: ShapeRules = {
  Upsample: (node) => resized(node, node.floats('scales') ?? node.inputs[1]?.elements ?? null, null),
  Resize: (node) =>
    node.inputs.length === 2
      ? resized(node, node.inputs[1]?.elements ?? null, null) // operator set 10
      : resized(node, node.inputs[2]?.elements ?? null, listArgument(node, 'sizes', 3) ?? null),
};

function resized(node: NodeView, scales: Dims | null, sizes: Dims | null): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  if (!dims) return sizes && !node.ints('axes') ? [shaped(sizes)] : [];
  const axes = node.ints('axes') ?? dims.map((_, axis) => axis);
  const policy = node.text('keep_aspect_ratio_policy') ?? 'stretch';
  const out = [...dims];
  axes.forEach((axis, i) => {
    const at = axis < 0 ? axis + dims.length : axis;
    if (sizes && sizes.length > 0) out[at] = policy === 'stretch' ? sizes[i] : null;
    else if (scales && scales.length > 0) out[at] = known((size, scale) => Math.floor(size * scale), dims[at], scales[i]);
    else out[at] = null;
  });
  return [shaped(out)];
}
