import { fused, type Dataflow, type Step } from '../../core/costs/dataflow.js';
import { liveValues, orderForMemory } from '../../core/costs/liveness.js';
import type { Model } from '../../model/types.js';
import type { ModelFlow } from './dataflow.js';
import type { HeldValue, Memory } from './subject.js';

/** Operators that hand elements on as they are, or in the same order of size: quantizing before or behind them gives the same. */
const PASSING = new Set(
  'MaxPool GlobalMaxPool Transpose Concat Slice Split Gather Pad Expand Tile DepthToSpace SpaceToDepth Relu Clip'.split(' '),
);

/** What reads values as sites: by node, the value a layer takes in and the number of its site. */
export type SiteReads = ReadonlyMap<number, { readonly value: string; readonly site: number }>;

/**
 * What is held while a model runs, with its operators merged as runtimes merge them.
 *
 * A value is stored in the scheme of a site when everything that reads it takes it so: layers whose site it is, and operators that only pass it on to where it
 * is taken so. Inputs and outputs of the model, and what any other operator reads, are float32.
 */
export function memoryOf(flow: ModelFlow, nodes: Model['nodes'], reads: SiteReads): Memory {
  const { graph, names } = flow;
  const merged = fused(graph, { normalization: true, operators: true });
  const sitesOf = storedSites(flow, merged, nodes, reads);
  const values = graph.elements.map((elements, value): HeldValue => ({ name: names[value], elements, sites: sitesOf(value) }));
  const order = orderForMemory(merged, (value) => graph.elements[value]);
  const live = liveValues(merged, order);
  return {
    values,
    moments: order.map((step, at) => ({ node: nodes[merged.steps[step].nodes[0]].name, live: live[at] })),
    asStored: order.every((step, at) => step === at),
  };
}

/** Sites by stored value; null for values that stay float32. */
function storedSites(
  { graph, values }: ModelFlow,
  merged: Dataflow,
  nodes: Model['nodes'],
  reads: SiteReads,
): (value: number) => readonly number[] | null {
  const shown = graph.elements.map((_, value) => value);
  for (const { kind, reads: operands, writes } of graph.steps)
    if (kind === 'view') for (const value of writes) shown[value] = shown[operands[0]];
  /** The stored value behind a name; undefined for constants. */
  const stored = (name: string): number | undefined => shown[values.get(name) ?? -1];
  const readers = new Map<number, Step[]>();
  for (const step of merged.steps) for (const value of step.reads) readers.set(value, [...(readers.get(value) ?? []), step]);
  const fixed = new Set([...merged.inputs, ...merged.outputs]);
  const known = new Map<number, readonly number[] | null>();

  /** Sites that a step reads a value as; null when it reads it as it is. */
  const readAs = (step: Step, value: number): readonly number[] | null => {
    const [host, ...others] = step.nodes;
    if (others.some((node) => nodes[node].inputs.some((name) => stored(name) === value))) return null;
    const read = reads.get(host);
    if (read && stored(read.value) === value) return [read.site];
    const { op, inputs } = nodes[host];
    const passed = (op === 'Concat' || stored(inputs[0]) === value) && step.nodes.every((node) => PASSING.has(nodes[node].op));
    if (!passed) return null;
    const behind = step.writes.map(sitesOf);
    return behind.includes(null) ? null : behind.flatMap((sites) => sites ?? []);
  };
  const sitesOf = (value: number): readonly number[] | null => {
    const found = known.get(value);
    if (found !== undefined) return found;
    known.set(value, null);
    const all = fixed.has(value) ? [] : (readers.get(value) ?? []).map((step) => readAs(step, value));
    const sites = all.length === 0 || all.includes(null) ? null : [...new Set(all.flatMap((part) => part ?? []))].sort((a, b) => a - b);
    known.set(value, sites);
    return sites;
  };
  return sitesOf;
}
