import { codec, type Scheme } from '../../core/formats/index.js';
import { layout } from '../../core/formats/layout.js';
import { quantizeTensor, reordered, type LeastScales } from '../../core/quantizeTensor.js';
import type { DataType, Tensor } from '../../model/types.js';
import type { NewNode } from '../../model/writers/onnx/nodes.js';
import type { Bytes } from '../../model/writers/onnx/wire.js';
import { codedTensor, packed, type CodedTensor } from './codes.js';
import type { WeightPlace } from './places.js';
import { storageOf, type Storage } from './storage.js';

/** A constant of a graph that is to be written. */
export interface NewTensor {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly raw: Bytes;
}

/** What stands for a weight in the file, and what opset that needs. */
export interface StoredWeight {
  readonly storage: Storage;
  readonly tensors: readonly NewTensor[];
  /** The last one gives the weight under its own name; none when a tensor has it. */
  readonly nodes: readonly NewNode[];
  readonly opset: number;
  /** Bytes of codes, scales and zero points; those that say 0 are not counted. */
  readonly byteLength: number;
  /** Scale of the tensor, or of every channel; null where blocks have their own, or there is none. */
  readonly scales: () => Promise<Float32Array | null>;
}

/** ONNX versions that first had what is needed. */
const PER_TENSOR = 10;
const PER_AXIS = 13;
const FLOAT8 = 19;
const NARROW = 21;
const CAST_BFLOAT16 = 13;

/**
 * How a weight is written under a scheme. Its numbers are quantized when the file is written, one tensor at a time.
 * @param integer whether the layer's input is quantized too: ONNX Runtime makes integer products of a Gemm only where the zero point is written, 0 or not
 * @param unique makes names that are taken by nothing else
 * @param least scales that channels have at least
 */
export function storeWeight(
  tensor: Tensor,
  channelAxis: number | null,
  scheme: Scheme,
  { name, type }: Pick<WeightPlace, 'name' | 'type'>,
  integer: boolean,
  unique: (name: string) => string,
  least?: LeastScales,
): StoredWeight {
  const storage = storageOf(scheme.format);
  // DequantizeLinear and Cast give float32; what was narrower (or wider) before is cast to that.
  const result = type === 'float32' ? name : unique(`${name}_float`);
  const last: readonly NewNode[] =
    type === 'float32'
      ? []
      : [{ op: 'Cast', name: unique(`${name}_Cast`), inputs: [result], outputs: [name], attributes: { to: { int: TYPE_CODES[type] } } }];
  switch (storage.kind) {
    case 'codes': {
      const made = codedWeight(tensor, channelAxis, scheme, storage, { name, result, integer, least }, unique);
      return { ...made, storage, nodes: [...made.nodes, ...last] };
    }
    case 'cast': {
      const length = tensor.elements * 2;
      if (storage.dataType === type) {
        const raw = deferred(length, () => floatCodes(tensor, scheme));
        return {
          storage,
          tensors: [{ name, dataType: type, shape: tensor.shape, raw }],
          nodes: [],
          opset: 0,
          byteLength: length,
          scales: none,
        };
      }
      const codes = unique(`${name}_${storage.dataType}`);
      const raw = deferred(length, () => floatCodes(tensor, scheme));
      const cast: NewNode = {
        op: 'Cast',
        name: unique(`${result}_Cast`),
        inputs: [codes],
        outputs: [result],
        attributes: { to: { int: 1 } },
      };
      return {
        storage,
        tensors: [{ name: codes, dataType: storage.dataType, shape: tensor.shape, raw }],
        nodes: [cast, ...last],
        opset: storage.dataType === 'bfloat16' || type === 'bfloat16' ? CAST_BFLOAT16 : 0,
        byteLength: length,
        scales: none,
      };
    }
    case 'float': {
      const length = tensor.elements * 4;
      const raw = deferred(length, async () => {
        const values = await quantizeTensor(await tensor.read(0, tensor.elements), tensor.shape, channelAxis, scheme);
        return bytesOf(values);
      });
      return {
        storage,
        tensors: [{ name: result, dataType: 'float32', shape: tensor.shape, raw }],
        nodes: last,
        opset: 0,
        byteLength: length,
        scales: none,
      };
    }
  }
}

const none = (): Promise<null> => Promise.resolve(null);

/** `TensorProto.DataType` of what a weight can be. */
const TYPE_CODES = { float32: 1, float16: 10, float64: 11, bfloat16: 16 } as const;

const bytesOf = (array: Float32Array | Int32Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Bytes that are made when they are read. */
export function deferred(length: number, make: () => Promise<Uint8Array>): Bytes {
  return {
    length,
    read: async function* () {
      yield await make();
    },
  };
}

/** Bit patterns of a 16-bit float. */
async function floatCodes(tensor: Tensor, { format, rounding }: Scheme): Promise<Uint8Array> {
  const values = await tensor.read(0, tensor.elements);
  const codes = codec(format).fit(values, { lo: 0, hi: 0 }).encode(values, rounding);
  return bytesOf(Uint16Array.from(codes));
}

/** In which shape codes are kept, where their scales lie, and how they get back into the weight's own shape. */
interface Arrangement {
  readonly shape: readonly number[];
  readonly axis: number | null;
  readonly block: number;
  readonly scaleShape: readonly number[];
  /** Whether codes are kept in channel-major order, else in the tensor's own. */
  readonly channelMajor: boolean;
  /** Whether the scales of the blocks come with the channels last. */
  readonly scalesTransposed: boolean;
  /** Reshape and Transpose back: shape, order, shape. */
  readonly back: { readonly between: readonly number[]; readonly order: readonly number[] } | 'reshape' | null;
}

/** How a weight of a shape is kept under a scheme of codes. */
export function arrange(shape: readonly number[], channelAxis: number | null, { granularity }: Scheme): Arrangement {
  const { outer, channels, inner } = layout(shape, channelAxis);
  const own = { shape, channelMajor: false, scalesTransposed: false, back: null, block: 0 };
  const perChannel = outer * inner;
  if (granularity.kind === 'tensor' || (granularity.kind === 'channel' && channels === 1)) return { ...own, axis: null, scaleShape: [] };
  if (granularity.kind === 'channel' || (granularity.size >= perChannel && channels > 1))
    return { ...own, axis: channelAxis, scaleShape: [channels] };
  const { size } = granularity;
  const blocks = Math.ceil(perChannel / size);
  if (blocks <= 1) return { ...own, axis: null, scaleShape: [] };
  // Blocks along one axis of the weight itself, where the others are the channels or 1.
  const long = shape.findIndex((dim, axis) => axis !== channelAxis && dim > 1);
  const simple = long >= 0 && shape.every((dim, axis) => axis === channelAxis || axis === long || dim === 1);
  if (simple) {
    const scaleShape = shape.map((dim, axis) => (axis === long ? blocks : dim));
    return { ...own, axis: long, block: size, scaleShape, scalesTransposed: channelAxis !== null && long < channelAxis };
  }
  const kept = {
    axis: 1,
    block: size,
    shape: [channels, perChannel],
    scaleShape: [channels, blocks],
    scalesTransposed: false,
    channelMajor: true,
  };
  return { ...kept, back: outer === 1 ? 'reshape' : { between: [channels, outer, inner], order: [1, 0, 2] } };
}

function codedWeight(
  tensor: Tensor,
  channelAxis: number | null,
  scheme: Scheme,
  storage: Extract<Storage, { kind: 'codes' }>,
  {
    name,
    result,
    integer,
    least,
  }: { readonly name: string; readonly result: string; readonly integer: boolean; readonly least: LeastScales | undefined },
  unique: (name: string) => string,
): Omit<StoredWeight, 'storage'> {
  const { shape, axis, block, scaleShape, channelMajor, scalesTransposed, back } = arrange(tensor.shape, channelAxis, scheme);
  const runs = scaleShape.reduce((a, b) => a * b, 1);
  const made = kept(
    async () => codedTensor(await tensor.read(0, tensor.elements), tensor.shape, channelAxis, scheme, least),
    storage.zeroPoint ? 3 : 2,
  );
  const inOrder = <T extends Float32Array | Int32Array>(values: T): T =>
    scalesTransposed ? scalesInOrder(values, tensor.shape[channelAxis!]) : values;
  const { dataType, bits, zeroPoint } = storage;
  const codeBytes = Math.ceil((tensor.elements * bits) / 8);
  const zeroBytes = Math.ceil((runs * bits) / 8);

  const codes = unique(`${name}_quantized`);
  const scale = unique(`${name}_scale`);
  const tensors: NewTensor[] = [
    {
      name: codes,
      dataType,
      shape,
      raw: deferred(codeBytes, async () => {
        const coded = await made();
        return packed(channelMajor ? coded.codes : reordered(coded.codes, coded.split, 'row-major'), storage);
      }),
    },
    { name: scale, dataType: 'float32', shape: scaleShape, raw: deferred(runs * 4, async () => bytesOf(inOrder((await made()).scales))) },
  ];
  const inputs = [codes, scale];
  if (zeroPoint || integer) {
    const zero = unique(`${name}_zero_point`);
    tensors.push({
      name: zero,
      dataType,
      shape: scaleShape,
      raw: zeroPoint ? deferred(zeroBytes, async () => packed(inOrder((await made()).zeroPoints), storage)) : new Uint8Array(zeroBytes),
    });
    inputs.push(zero);
  }

  const nodes: NewNode[] = [];
  const straight = back === null ? result : unique(`${name}_blocks`);
  nodes.push({
    op: 'DequantizeLinear',
    name: unique(`${name}_DequantizeLinear`),
    inputs,
    outputs: [straight],
    attributes: { ...(axis === null ? {} : { axis: { int: axis } }), ...(block === 0 ? {} : { block_size: { int: block } }) },
  });
  const intoShape = (from: string, to: string, dims: readonly number[]): void => {
    const shapeName = unique(`${to}_shape`);
    const raw = new Uint8Array(BigInt64Array.from(dims, BigInt).buffer);
    tensors.push({ name: shapeName, dataType: 'int64', shape: [dims.length], raw });
    nodes.push({ op: 'Reshape', name: unique(`${to}_Reshape`), inputs: [from, shapeName], outputs: [to] });
  };
  if (back === 'reshape') intoShape(straight, result, tensor.shape);
  else if (back) {
    const split = unique(`${name}_split`);
    const turned = unique(`${name}_turned`);
    intoShape(straight, split, back.between);
    nodes.push({
      op: 'Transpose',
      name: unique(`${name}_Transpose`),
      inputs: [split],
      outputs: [turned],
      attributes: { perm: { ints: back.order } },
    });
    intoShape(turned, result, tensor.shape);
  }
  return {
    tensors,
    nodes,
    opset: block > 0 || bits === 4 || bits === 16 ? NARROW : dataType.startsWith('float8') ? FLOAT8 : axis !== null ? PER_AXIS : PER_TENSOR,
    byteLength: codeBytes + runs * 4 + (zeroPoint ? zeroBytes : 0),
    scales: async () => {
      if (block > 0 || storage.dataType.startsWith('float8')) return null;
      return (await codedTensor(await tensor.read(0, tensor.elements), tensor.shape, channelAxis, scheme, least)).scales;
    },
  };
}

/** What is made once and let go of after so many uses. */
function kept(make: () => Promise<CodedTensor>, uses: number): () => Promise<CodedTensor> {
  let made: Promise<CodedTensor> | null = null;
  let left = uses;
  return () => {
    const now = (made ??= make());
    if (--left === 0) [made, left] = [null, uses];
    return now;
  };
}

/** Scales (or zero points) of blocks, those of one channel together, with the channels last. */
export function scalesInOrder<T extends Float32Array | Int32Array>(values: T, channels: number): T {
  const blocks = values.length / channels;
  const out = values.slice() as T;
  for (let c = 0; c < channels; c++) for (let b = 0; b < blocks; b++) out[b * channels + c] = values[c * blocks + b];
  return out;
}
