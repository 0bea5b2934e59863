import { UNKNOWN, shaped, type Dims, type NodeView, type Value } from '../../shapes/value.js';

/** How the subgraphs of If, Loop and Scan hang together with the node that owns them. */

/** How often a node's subgraph runs when the node's graph runs `runs` times; null when nobody knows. */
export function runsInside(node: NodeView, runs: number | null): number | null {
  if (runs === null || node.op === 'If') return runs;
  if (node.op === 'Loop') {
    const trips = node.inputs[0]?.elements?.[0];
    const endless = !node.inputs[1] || node.inputs[1].elements?.[0] === 1;
    return typeof trips === 'number' && endless ? runs * trips : null;
  }
  if (node.op === 'Scan') {
    const length = node.inputs[firstScanned(node)]?.dims?.at(node.ints('scan_input_axes')?.[0] ?? 0);
    return typeof length === 'number' ? runs * length : null;
  }
  return null;
}

/** The inputs of a Scan are states, and behind them what is scanned. */
const firstScanned = (node: NodeView): number => node.inputs.length - (node.int('num_scan_inputs') ?? 1);

/** A value that changes from run to run: its rank at most stays. */
const changing = (dims: Dims | null | undefined): Value => shaped(dims?.map(() => null) ?? null);

/** What is known about the inputs of a body. */
export function bodyInputs(node: NodeView): (Value | null)[] {
  if (node.op === 'Loop') return [shaped([]), shaped([]), ...node.inputs.slice(2).map((value) => changing(value?.dims))];
  if (node.op !== 'Scan') return [];
  const axes = node.ints('scan_input_axes');
  const first = firstScanned(node);
  return node.inputs.map((value, i) => {
    const dims = value?.dims ?? null;
    if (i < first || !dims) return shaped(dims);
    const axis = axes?.[i - first] ?? 0;
    return shaped(dims.filter((_, at) => at !== (axis < 0 ? axis + dims.length : axis)));
  });
}

/** What is known about the outputs of a node from those of its subgraphs. */
export function ownerOutputs(node: NodeView, results: readonly Value[][]): Value[] {
  const { outputNames } = node;
  const [body, other] = results;
  switch (node.op) {
    case 'If':
      return outputNames.map((_, i) => shaped(common(body[i]?.dims, (other ?? body)[i]?.dims)));
    case 'Loop':
      return outputNames.map((_, i) => {
        const dims = body[i + 1]?.dims ?? null;
        return i < node.inputs.length - 2 ? changing(dims) : shaped(dims && [null, ...dims]);
      });
    case 'Scan':
      return outputNames.map((_, i) => shaped(i < firstScanned(node) ? (body[i]?.dims ?? null) : null));
    default:
      return outputNames.map(() => UNKNOWN);
  }
}

function common(a: Dims | null | undefined, b: Dims | null | undefined): Dims | null {
  if (a?.length !== b?.length || !a || !b) return null;
  return a.map((dim, i) => (dim === b[i] ? dim : null));
}
