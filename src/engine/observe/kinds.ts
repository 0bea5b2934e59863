import { findAttribute } from '../../model/readers/onnx/attributes.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { RangeKind } from '../process/protocol.js';
import type { Prepared } from '../replay/prepare.js';
import type { storedTensors } from '../replay/stored.js';

/** What a value may be whatever the inputs are; an open end is infinite. */
export interface ValueRange {
  readonly kind: RangeKind;
  readonly lo: number;
  readonly hi: number;
}

type Ends = readonly [lo: number, hi: number];

const ENDS: Readonly<Record<string, Ends>> = {
  Relu: [0, Infinity],
  Abs: [0, Infinity],
  Sqrt: [0, Infinity],
  Exp: [0, Infinity],
  Softplus: [0, Infinity],
  ReduceL1: [0, Infinity],
  ReduceL2: [0, Infinity],
  ReduceSumSquare: [0, Infinity],
  Sigmoid: [0, 1],
  HardSigmoid: [0, 1],
  Softmax: [0, 1],
  Tanh: [-1, 1],
  Erf: [-1, 1],
  Sin: [-1, 1],
  Cos: [-1, 1],
  Softsign: [-1, 1],
};

/** Operators whose output has no values beyond those of their input. */
const PASSING =
  /^(MaxPool|AveragePool|GlobalMaxPool|GlobalAveragePool|ReduceMean|ReduceMax|ReduceMin|Reshape|Flatten|Transpose|Squeeze|Unsqueeze|Identity|Slice|Gather|Dropout|Expand|Tile|DepthToSpace|SpaceToDepth)$/;
const MOST_STEPS = 16;

/** What a value may be, told by the operators it comes from. */
export function rangeOf({ cut }: Prepared, stored: ReturnType<typeof storedTensors>, value: string): ValueRange {
  for (let name: string | undefined = value, steps = 0; name !== undefined && steps < MOST_STEPS; steps++) {
    const from = cut.producer.get(name);
    if (from === undefined) break;
    const { proto } = cut.graph.nodes[from];
    if (proto.domain !== '' && proto.domain !== 'ai.onnx') break;
    const ends = proto.opType === 'Clip' ? clipEnds(proto, stored) : ENDS[proto.opType];
    if (ends) return { kind: kindOf(ends), lo: ends[0], hi: ends[1] };
    name = PASSING.test(proto.opType) ? proto.input[0] : undefined;
  }
  return { kind: 'two-sided', lo: -Infinity, hi: Infinity };
}

/** Ends that values are moved to when they lie beyond. */
export interface Clamp {
  readonly lo: number;
  readonly hi: number;
}

/** A value that another one is made of, element by element, by a ReLU or a Clip. */
export interface Origin extends Clamp {
  readonly value: string;
}

/** What a value is made of by its operator; null where that is not so simple. */
export function originOf({ cut }: Pick<Prepared, 'cut'>, stored: ReturnType<typeof storedTensors>, value: string): Origin | null {
  const from = cut.producer.get(value);
  if (from === undefined) return null;
  const { proto } = cut.graph.nodes[from];
  if (proto.domain !== '' && proto.domain !== 'ai.onnx') return null;
  if (proto.opType === 'Relu') return { value: proto.input[0], lo: 0, hi: Infinity };
  if (proto.opType !== 'Clip') return null;
  // An end that is computed is not known.
  if (proto.input.slice(1).some((name) => name !== '' && stored.get(name)?.small?.[0] === undefined)) return null;
  const [lo, hi] = clipEnds(proto, stored).map(Math.fround);
  return lo <= hi ? { value: proto.input[0], lo, hi } : null;
}

export const clamped = (x: number, { lo, hi }: Clamp): number => (x < lo ? lo : x > hi ? hi : x);

const kindOf = ([lo, hi]: Ends): RangeKind => {
  if (Number.isFinite(lo) && Number.isFinite(hi)) return 'bounded';
  return lo === 0 || hi === 0 ? 'one-sided' : 'two-sided';
};

/** A Clip's limits: attributes of old versions, constants of new ones; an end that is computed is taken to be open. */
function clipEnds(proto: NodeProto, stored: ReturnType<typeof storedTensors>): Ends {
  const end = (attribute: string, input: number, open: number): number =>
    findAttribute(proto, null, attribute)?.f ?? stored.get(proto.input[input])?.small?.[0] ?? open;
  return [end('min', 1, -Infinity), end('max', 2, Infinity)];
}
