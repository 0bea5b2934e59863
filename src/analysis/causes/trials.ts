import { tailMagnitude } from '../../core/statistics/tail.js';
import type { LayerFacts, TrialOutcome, Variant } from '../../engine/index.js';
import type { Layer } from '../../model/types.js';
import type { Finding } from '../../report/types.js';
import { asymmetry } from './asymmetry.js';
import { biasOverflow } from './biasOverflow.js';
import { biasShift, SHIFT_SCHEME } from './biasShift.js';
import { gainOf, settled, type SchemeCandidate } from './finding.js';
import { kurtosisOfHalf, oneSided } from './oneSided.js';
import { outliers } from './outliers.js';

/** A remedy to be tried at a layer's own output. */
export interface Trial {
  readonly before: Variant;
  readonly after: Variant;
  /** What it turns out to be, given the SQNR before and after, dB; null when it gains nothing. */
  readonly finding: (before: number | null | undefined, after: number | null | undefined, inputs: TrialOutcome['inputs']) => Finding | null;
}

const FLOAT: Variant = { weight: null, activation: null, bias: 'float', corrected: false };

/** Operators with a bias, or to which one can be added. */
const LINEAR = /^(Conv|ConvTranspose|Gemm|MatMul)$/;

/** What is worth trying at a layer. @param found what its weight alone told */
export function trialsOf(facts: LayerFacts, layer: Layer, found: readonly Finding[]): readonly Trial[] {
  const trials = [...found.flatMap((finding) => atOutput(finding) ?? []), ...activationCandidates(facts).map(schemeTrial)];
  if (LINEAR.test(layer.op))
    trials.push({
      before: { ...FLOAT, weight: SHIFT_SCHEME },
      after: { ...FLOAT, weight: SHIFT_SCHEME, corrected: true },
      finding(before, after, inputs) {
        const gainDb = gainOf(before, after);
        return gainDb === null ? null : settled(biasShift(gainDb, inputs), gainDb, 'output');
      },
    });
  const overflow = facts.bias && biasOverflow(facts.bias);
  if (overflow)
    trials.push({
      before: { ...FLOAT, bias: 'int32' },
      after: { ...FLOAT, bias: 'fitted' },
      finding: (before, after) => settled(overflow, gainOf(before, after), 'output'),
    });
  return trials;
}

/** A finding of the weight alone, tried where it matters; where that cannot be, it stays what it was. */
function atOutput(finding: Finding): Trial | null {
  const { apply } = finding;
  if (!apply || !('instead' in apply)) return null;
  return {
    ...variants(apply),
    finding: (before, after) => (after === undefined ? finding : settled({ ...finding, apply }, gainOf(before, after), 'output')),
  };
}

const schemeTrial = (candidate: SchemeCandidate): Trial => ({
  ...variants(candidate.apply),
  finding: (before, after) => settled(candidate, gainOf(before, after), 'output'),
});

const variants = ({ target, scheme, instead }: SchemeCandidate['apply']): Pick<Trial, 'before' | 'after'> => ({
  before: { ...FLOAT, [target]: instead },
  after: { ...FLOAT, [target]: scheme },
});

function activationCandidates({ input }: LayerFacts): readonly SchemeCandidate[] {
  if (!input) return [];
  const { kind, statistics, histogram } = input;
  const unsigned = { target: 'activation', scheme: 'uint8/tensor/minmax', instead: 'int8/tensor/minmax' } as const;
  const side = oneSided({ ...statistics, kind }, unsigned);
  const kurtosis = side ? kurtosisOfHalf(statistics) : statistics.kurtosis;
  const far = outliers({ ...statistics, kurtosis, tail: tailMagnitude(histogram) }, 'activation', {
    target: 'activation',
    // With 8 bits there are codes enough for a value in a hundred thousand.
    scheme: 'uint4/tensor/mse',
    instead: 'uint4/tensor/minmax',
  });
  // A single value far out makes any range lopsided.
  const lopsided = side || far?.cause === 'outliers' ? null : asymmetry(statistics, 'activation', unsigned);
  return [far, side, lopsided].filter((candidate) => candidate !== null);
}
