import type { Dataflow, Step } from '../../core/costs/dataflow.js';
import type { Model } from '../../model/types.js';

const VIEWS = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);
const NORMALIZATIONS = new Set(['BatchNormalization']);
const ELEMENTWISE = new Set(
  (
    'Relu LeakyRelu PRelu ThresholdedRelu Elu Selu Celu Gelu Mish Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Clip Erf Exp Log Sqrt ' +
    'Reciprocal Neg Abs Sign Floor Ceil Round Add Sub Mul Div Pow Min Max Cast Where QuantizeLinear DequantizeLinear'
  ).split(' '),
);

/** A model's graph as memory sees it. */
export interface ModelFlow {
  readonly graph: Dataflow;
  /** Numbers of values by name. */
  readonly values: ReadonlyMap<string, number>;
  /** By value. */
  readonly names: readonly string[];
  /** Values whose shape cannot be inferred; none when the costs of activations are known. */
  readonly unknown: readonly string[];
}

/**
 * The nodes of a model that depend on its inputs, and the values they pass on. Nodes of subgraphs run behind the node that owns them, all branches one
 * after the other; what is inside functions is left out.
 */
export function modelFlow({ nodes, layers, elements, inputs, outputs }: Model): ModelFlow {
  const values = new Map<string, number>();
  const names: string[] = [];
  const sizes: number[] = [];
  const unknown: string[] = [];
  const add = (name: string): number => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const size = elements.get(name) ?? null;
    if (size === null) unknown.push(name);
    values.set(name, names.length);
    names.push(name);
    sizes.push(size ?? 0);
    return names.length - 1;
  };

  const layerNodes = new Set(layers.map(({ node }) => node));
  const given = inputs.map(({ name }) => add(name));
  const steps: Step[] = [];
  nodes.forEach(({ op, inputs: operands, outputs: results }, node) => {
    const reads = [...new Set(operands.flatMap((name) => values.get(name) ?? []))];
    const wanted = results.filter((name) => elements.has(name));
    if (reads.length === 0 || wanted.length === 0) return;
    // A view of a shape that is given by a value reads the first operand alone.
    const view = VIEWS.has(op) && values.has(operands[0]);
    const kind = layerNodes.has(node)
      ? 'layer'
      : view
        ? 'view'
        : NORMALIZATIONS.has(op)
          ? 'normalization'
          : ELEMENTWISE.has(op)
            ? 'elementwise'
            : 'other';
    steps.push({ kind, reads: view ? [values.get(operands[0])!] : reads, writes: wanted.map(add), nodes: [node] });
  });
  return {
    graph: { elements: sizes, steps, inputs: given, outputs: outputs.flatMap(({ name }) => values.get(name) ?? []) },
    values,
    names,
    unknown,
  };
}
