import { kernels } from '../kernels/load.js';
import { DISTRIBUTION, type Workspace } from '../kernels/workspace.js';
import { bucketsFor, type Distribution } from './distribution.js';

/** A distribution of magnitudes as single channels have it, 12 octaves of 32 buckets deep, in the kernels' memory; it holds until the workspace is laid out anew. */
export function magnitudesIn({ distribution, floats: { buffer } }: Workspace): Distribution {
  const [edges, counts, above0, above1, above2] = Array.from(
    { length: 5 },
    (_, i) => new Float64Array(buffer, distribution + i * DISTRIBUTION * 8, DISTRIBUTION),
  );
  const nothing = { base: 0, buckets: 0, size: 0 };
  return { shift: 18, octaves: 12, signed: false, ...nothing, edges, counts, above0, above1, above2, address: distribution };
}

/** As `fillFromLog`, with the table where the kernels count. */
export function fillMagnitudes(d: Distribution, space: Workspace, largest: number, missing: number): void {
  const { base, buckets } = bucketsFor(largest, d.octaves, d.shift);
  d.base = base;
  d.buckets = buckets;
  d.size = buckets;
  kernels().fillMagnitudes(space.counts, base, buckets, largest, missing, space.distribution);
}
