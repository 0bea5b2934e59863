import { scaleOf, type Affine, type Scheme } from '../../core/formats/index.js';
import type { ActivationRange } from '../process/protocol.js';
import { newConstant, type PartConstant, type PartNode } from '../surgery/graph.js';
import { NODE } from '../../model/writers/onnx/messages.js';
import { MessageWriter } from '../../model/writers/onnx/wire.js';

/** Adding and subtracting this rounds a float32 of magnitude below 2^22 to the nearest integer, ties to even. */
const ROUNDER = 1.5 * 2 ** 23;
const LARGEST_CODE = 2 ** 21;

/** Quantization of a value inside the graph: nodes of the oldest operators, so that it works under any opset, and their constants. */
export interface FakeNodes {
  readonly nodes: readonly PartNode[];
  readonly constants: readonly PartConstant[];
  /** The quantized value. */
  readonly value: string;
}

/** Whether a scheme's quantization of activations can be put into the graph. */
export function fitsIntoGraph({ format, granularity, rounding }: Scheme): boolean {
  const affine = granularity.kind !== 'block' && rounding === 'nearest-even' ? scaleOf(format, { lo: -1, hi: 1 }) : null;
  return affine !== null && affine.qmax - affine.qmin < LARGEST_CODE;
}

/**
 * x̂ = round(clamp(x / scale, qmin − zeroPoint, qmax − zeroPoint))·scale in float32, which is what the core's quantizer computes.
 * @param behind axes behind that of the channels, when each channel has its range
 * @param unique tells the names apart from all others
 */
export function fakeNodes(value: string, { format }: Scheme, { clip, clips }: ActivationRange, behind: number, unique: string): FakeNodes {
  const grids = (clips ?? [[clip.lo, clip.hi]]).map(([lo, hi]) => scaleOf(format, { lo, hi })!);
  const shape = clips ? [clips.length, ...new Array<number>(behind).fill(1)] : [];
  const name = (what: string): string => `${value}::${unique}::${what}`;
  const constant = (what: string, of: (grid: Affine) => number): PartConstant =>
    newConstant(name(what), 'float32', shape, new Uint8Array(Float32Array.from(grids, of).buffer));
  const constants = [
    constant('scale', ({ scale }) => scale),
    constant('lo', ({ qmin, zeroPoint }) => qmin - zeroPoint),
    constant('hi', ({ qmax, zeroPoint }) => qmax - zeroPoint),
    newConstant(name('rounder'), 'float32', [], new Uint8Array(Float32Array.of(ROUNDER).buffer)),
  ];
  const [scale, lo, hi, rounder] = constants.map((part) => part.name);
  const nodes: PartNode[] = [];
  let last = value;
  const then = (op: string, operand: string): void => {
    const output = name(String(nodes.length));
    const bytes = new MessageWriter().field(NODE.input, last).field(NODE.input, operand).field(NODE.output, output).field(NODE.opType, op);
    const proto = { input: [last, operand], output: [output], name: '', opType: op, domain: '', attribute: [], docString: '' };
    nodes.push({ proto, bytes: bytes.finish(), uses: [last, operand], outputs: [output] });
    last = output;
  };
  then('Div', scale);
  then('Max', lo);
  then('Min', hi);
  then('Add', rounder);
  then('Sub', rounder);
  then('Mul', scale);
  return { nodes, constants, value: last };
}
