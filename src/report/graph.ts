/** The graph of a model for drawing: what computes, and what feeds it. Nodes that only prepare constants are left out. */
export interface ModelGraph {
  /** The model's inputs, its operators, its outputs, in this order; every edge leads from a lower index to a higher one. */
  readonly nodes: readonly GraphPoint[];
  /** Pairs of indices into `nodes`: from, to. */
  readonly edges: Uint32Array;
  /** For each layer of the report the index of its node. */
  readonly layerNodes: Uint32Array;
}

export interface GraphPoint {
  readonly name: string;
  /** Operator; empty for inputs and outputs. */
  readonly op: string;
  readonly kind: 'input' | 'operator' | 'output';
}
