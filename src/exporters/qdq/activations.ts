import { scaleOf, type Affine, type ClipRange, type Scheme } from '../../core/formats/index.js';
import type { NewNode } from '../../model/writers/onnx/nodes.js';
import type { NewTensor } from './weights.js';

/** QuantizeLinear and DequantizeLinear of a value, their constants, and what opset they need. */
export interface StoredActivation {
  readonly affine: Affine;
  readonly tensors: readonly NewTensor[];
  readonly nodes: readonly NewNode[];
  /** The quantized value. */
  readonly value: string;
  readonly opset: number;
}

const PER_TENSOR = 10;
const CLIP_WITH_INPUTS = 11;
const NARROW = 21;

/** The types of QuantizeLinear that hold all codes, smallest first. */
const types = [4, 8, 16].flatMap((bits) => [
  { dataType: `uint${bits}` as 'uint4' | 'uint8' | 'uint16', bits, lo: 0, hi: 2 ** bits - 1 },
  { dataType: `int${bits}` as 'int4' | 'int8' | 'int16', bits, lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 },
]);

/** Why a scheme of activations cannot be put into the graph; null when it can. */
export function activationProblem({ format, granularity, rounding, text }: Scheme): string | null {
  if (granularity.kind !== 'tensor') return `${text} has several scales, and activations have one`;
  if (rounding !== 'nearest-even') return `${text} rounds to ${rounding}, and QuantizeLinear rounds to the nearest, ties to even`;
  const affine = scaleOf(format, UNIT);
  return affine && types.some(({ lo, hi }) => lo <= affine.qmin && hi >= affine.qmax) ? null : `QuantizeLinear has nothing for ${text}`;
}

/** The smallest type that holds the codes of a scheme which `activationProblem` has nothing against. */
export function activationType({ format }: Scheme): (typeof types)[number] {
  const { qmin, qmax } = scaleOf(format, UNIT)!;
  return types.find(({ lo, hi }) => lo <= qmin && hi >= qmax)!;
}

const UNIT = { lo: -1, hi: 1 };

/**
 * A value as codes and back. A narrow range (one code less than the type has) saturates one code further out, which is never farther from the value;
 * ranges that are narrower yet are clipped first.
 * @param unique makes names that are taken by nothing else
 */
export function storeActivation(value: string, scheme: Scheme, clip: ClipRange, unique: (name: string) => string): StoredActivation {
  const affine = scaleOf(scheme.format, clip)!;
  const { scale, zeroPoint, qmin, qmax } = affine;
  const { dataType, bits, lo, hi } = activationType(scheme);
  const tensors: NewTensor[] = [];
  const nodes: NewNode[] = [];
  const scalar = (name: string, x: number): string => {
    const unused = unique(`${value}_${name}`);
    tensors.push({ name: unused, dataType: 'float32', shape: [], raw: new Uint8Array(Float32Array.of(x).buffer) });
    return unused;
  };
  const clips = qmin > lo + 1 || qmax < hi - 1;
  let from = value;
  if (clips) {
    const bounds = [scalar('clip_low', (qmin - zeroPoint) * scale), scalar('clip_high', (qmax - zeroPoint) * scale)];
    const clipped = unique(`${value}_Clip_Output`);
    nodes.push({ op: 'Clip', name: unique(`${value}_Clip`), inputs: [from, ...bounds], outputs: [clipped] });
    from = clipped;
  }
  const scaleName = scalar('scale', scale);
  const zero = unique(`${value}_zero_point`);
  const code = new Uint8Array(bits === 16 ? 2 : 1);
  new DataView(code.buffer)[bits === 16 ? 'setUint16' : 'setUint8'](0, zeroPoint & (2 ** bits - 1), true);
  tensors.push({ name: zero, dataType, shape: [], raw: code });
  const [codes, back] = [unique(`${value}_QuantizeLinear_Output`), unique(`${value}_DequantizeLinear_Output`)];
  nodes.push({ op: 'QuantizeLinear', name: unique(`${value}_QuantizeLinear`), inputs: [from, scaleName, zero], outputs: [codes] });
  nodes.push({ op: 'DequantizeLinear', name: unique(`${value}_DequantizeLinear`), inputs: [codes, scaleName, zero], outputs: [back] });
  return { affine, tensors, nodes, value: back, opset: bits === 8 ? (clips ? CLIP_WITH_INPUTS : PER_TENSOR) : NARROW };
}
