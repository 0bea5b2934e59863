/** A graph as memory sees it: steps that read and write values. Values and steps are numbered; steps are in an order in which they can run. */
export interface Dataflow {
  /** By value: its elements for one sample. */
  readonly elements: readonly number[];
  readonly steps: readonly Step[];
  /** Values that are there before the first step. */
  readonly inputs: readonly number[];
  /** Values that are still wanted behind the last step. */
  readonly outputs: readonly number[];
}

export interface Step {
  /**
   * `layer`: an operator with a weight. `normalization`: a scale and a shift per channel that a layer in front can take into its weights.
   * `elementwise`: each element of the result comes from one element of every operand. `view`: the same elements in another shape; nothing moves.
   */
  readonly kind: 'layer' | 'normalization' | 'elementwise' | 'view' | 'other';
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** The operators it is made of, as the caller numbers them; the first is the one that others were merged into. */
  readonly nodes: readonly number[];
}

export interface Fusion {
  /** Normalization disappears into the layer in front of it. */
  readonly normalization: boolean;
  /** Elementwise operators are computed on the results of the step in front of them before those are written. */
  readonly operators: boolean;
}

interface Draft {
  kind: Step['kind'];
  reads: number[];
  writes: number[];
  nodes: number[];
}

/**
 * The graph with steps merged as a runtime merges them: a step joins the one that gives its operand when nobody else reads that operand, which
 * is then never written. Views vanish in any case: their result is their operand.
 */
export function fused(graph: Dataflow, { normalization, operators }: Fusion): Dataflow {
  const stored = graph.elements.map((_, value) => value);
  for (const { kind, reads, writes } of graph.steps) if (kind === 'view') for (const value of writes) stored[value] = stored[reads[0]];
  const outputs = [...new Set(graph.outputs.map((value) => stored[value]))];
  const drafts = graph.steps
    .filter(({ kind }) => kind !== 'view')
    .map(({ kind, reads, writes, nodes }): Draft => ({
      kind,
      reads: [...new Set(reads.map((value) => stored[value]))],
      writes: [...writes],
      nodes: [...nodes],
    }));

  const readers = new Map<number, number>();
  for (const { reads } of drafts) for (const value of reads) readers.set(value, (readers.get(value) ?? 0) + 1);
  const passing = (value: number): boolean => readers.get(value) === 1 && !outputs.includes(value);
  const writer = new Map<number, Draft>();
  const order = new Map<Draft, number>();
  const kept: Draft[] = [];
  for (const draft of drafts) {
    const [result] = draft.writes;
    // The operand that comes last: the others are there when it is written.
    const last = draft.reads.reduce<number | null>((best, value) => {
      const at = (v: number): number => order.get(writer.get(v)!) ?? -1;
      return writer.has(value) && (best === null || at(value) > at(best)) ? value : best;
    }, null);
    const host = last === null ? undefined : writer.get(last);
    const joins =
      (normalization && draft.kind === 'normalization' && host?.kind === 'layer') ||
      (operators && (draft.kind === 'elementwise' || draft.kind === 'normalization'));
    if (
      joins &&
      host &&
      last !== null &&
      draft.writes.length === 1 &&
      passing(last) &&
      draft.reads.every((value) => value === last || writer.get(value) !== host) &&
      graph.elements[last] === graph.elements[result]
    ) {
      host.reads = [...new Set([...host.reads, ...draft.reads.filter((value) => value !== last)])];
      host.writes = host.writes.map((value) => (value === last ? result : value));
      host.nodes.push(...draft.nodes);
      writer.set(result, host);
    } else {
      order.set(draft, kept.length);
      kept.push(draft);
      for (const value of draft.writes) writer.set(value, draft);
    }
  }
  return { elements: graph.elements, steps: kept, inputs: graph.inputs, outputs };
}

/** Bytes that the steps read and write, each value at every use. */
export function bytesMoved({ steps }: Dataflow, bytes: (value: number) => number): number {
  return steps.reduce((sum, { reads, writes }) => sum + [...reads, ...writes].reduce((own, value) => own + bytes(value), 0), 0);
}
