/** Where to cut a chain of nodes so that replaying what is behind each of its layers costs least. */

export interface ChainNode {
  /** Seconds it is expected to take for all samples. */
  readonly seconds: number;
  /** Layers that will be tested at this node. */
  readonly layers: number;
}

export interface ChainCosts {
  readonly nodes: readonly ChainNode[];
  /** `crossing[p]`: bytes of values, for all samples, that nodes before p hand to nodes from p on; Infinity where no cut is possible. */
  readonly crossing: readonly number[];
  /** Runs it takes for all samples. */
  readonly runs: number;
  /** Bytes that may be kept at all cuts together. */
  readonly budget: number;
}

/** Seconds: to start a run, to hand a byte over at a cut (written, read, put in another order), to load one node. */
const RUN = 4e-5;
const BYTE = 0.4e-9;
const LOAD = 1.2e-4;
/** Places that are looked at; of more, the narrowest of each neighbourhood. */
const MOST_PLACES = 400;

/**
 * Positions to cut at, ascending; a cut at p is before node p. Testing a layer costs its own piece (loaded anew) and all pieces behind it, so
 * the sum over all layers is least for small pieces, until what is handed over at the cuts eats the gain.
 */
export function chooseCuts(costs: ChainCosts): readonly number[] {
  const { nodes, crossing, runs, budget } = costs;
  const places = [0, ...candidates(crossing), nodes.length];
  const seconds = sums(nodes.map((node) => node.seconds));
  const layers = sums(nodes.map((node) => node.layers));
  const total = seconds[nodes.length];
  // best[j]: least cost of all layers before place j when place j is a cut (or the end)
  const best = places.map(() => Infinity);
  const from = places.map(() => 0);
  best[0] = 0;
  for (let j = 1; j < places.length; j++)
    for (let i = 0; i < j; i++) {
      const [start, end] = [places[i], places[j]];
      const inside = layers[end] - layers[start];
      const handedOver = end < nodes.length ? layers[end] * (runs * RUN + crossing[end] * BYTE) : 0;
      const cost = best[i] + inside * (total - seconds[start] + (end - start) * LOAD) + handedOver;
      if (cost < best[j]) {
        best[j] = cost;
        from[j] = i;
      }
    }
  const cuts: number[] = [];
  for (let j = from[places.length - 1]; j > 0; j = from[j]) cuts.unshift(places[j]);
  for (let kept = bytesAt(cuts, crossing); kept > budget; kept = bytesAt(cuts, crossing)) {
    const widest = cuts.reduce((worst, cut) => (crossing[cut] > crossing[worst] ? cut : worst), cuts[0]);
    cuts.splice(cuts.indexOf(widest), 1);
  }
  return cuts;
}

const bytesAt = (cuts: readonly number[], crossing: readonly number[]): number => cuts.reduce((sum, cut) => sum + crossing[cut], 0);

function sums(values: readonly number[]): number[] {
  const out = [0];
  for (const value of values) out.push(out[out.length - 1] + value);
  return out;
}

function candidates(crossing: readonly number[]): number[] {
  const possible = crossing.flatMap((bytes, p) => (p > 0 && Number.isFinite(bytes) ? [p] : []));
  const stride = possible.length / MOST_PLACES;
  if (stride <= 1) return possible;
  return Array.from({ length: MOST_PLACES }, (_, i) =>
    possible.slice(Math.floor(i * stride), Math.floor((i + 1) * stride)).reduce((a, b) => (crossing[b] < crossing[a] ? b : a)),
  );
}
