import { onnxRuntimeFloat8Scale, type ClipRange, type Scheme } from '../formats/index.js';
import { aciq } from './aciq.js';
import { kl } from './kl.js';
import { mseClip } from './mse.js';
import { octav } from './octav.js';
import { percentile } from './percentile.js';
import type { ClippingMethod, Run } from './run.js';

const minmax: ClippingMethod = (_, run) => ({ lo: run.min, hi: run.max });

/** The user's own range, ReLU6's [0, 6] for example. */
const fixed: ClippingMethod = ({ clipping }, run) =>
  clipping.method === 'fixed' ? { lo: clipping.lo, hi: clipping.hi } : { lo: run.min, hi: run.max };

const methods: Readonly<Record<Scheme['clipping']['method'], ClippingMethod>> = {
  minmax,
  fixed,
  mse: mseClip,
  percentile,
  kl,
  aciq,
  octav,
};

/** The clip range that a scheme's clipping method chooses for a run. FP8 that matches ONNX Runtime follows the standard deviation instead. */
export function chooseClip(scheme: Scheme, run: Run): ClipRange {
  const { format } = scheme;
  if (format.kind === 'float' && format.match) {
    const limit = onnxRuntimeFloat8Scale(run.std()) * format.max;
    return { lo: -limit, hi: limit };
  }
  return methods[scheme.clipping.method](scheme, run);
}
