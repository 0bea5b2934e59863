import type { RangeKind } from '../process/protocol.js';
import type { Prepared } from '../replay/prepare.js';

const ONE_SIDED = new Set(['Relu', 'ReLU', 'Abs', 'Sqrt', 'Exp', 'Softplus', 'ReduceL2', 'ReduceL1']);
const BOUNDED = new Set(['Clip', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Erf', 'Sin', 'Cos', 'Softsign']);
/** Operators whose output has the values of their input. */
const PASSING = new Set([
  'MaxPool',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Slice',
  'GlobalMaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'Dropout',
]);

/** What a value may be, whatever the inputs are, told by the operators it comes from. */
export function kindOf({ cut }: Prepared, value: string): RangeKind {
  for (let name: string | undefined = value, steps = 0; name !== undefined && steps < 16; steps++) {
    const from = cut.producer.get(name);
    if (from === undefined) return 'two-sided';
    const { opType, input } = cut.graph.nodes[from].proto;
    if (ONE_SIDED.has(opType)) return 'one-sided';
    if (BOUNDED.has(opType)) return 'bounded';
    name = PASSING.has(opType) ? input[0] : undefined;
  }
  return 'two-sided';
}
