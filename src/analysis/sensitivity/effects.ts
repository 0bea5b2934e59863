import type { Difference } from '../../engine/index.js';
import type { Sensitivity } from '../../report/types.js';
import { predict, together, type Point } from '../predict.js';
import { classFigures, worstOf } from './differences.js';
import { localErrors, schemeIndex, type Answer, type RunRecord } from './record.js';
import { granularitiesOf, partnerOf } from './schemes.js';
import type { Target } from './types.js';

/** Effect of one layer at the outputs under every scheme: measured where it was asked about, predicted where that can be done from what was. */
export function sensitivityOf(record: RunRecord, layer: number): Sensitivity[] {
  const { targets } = record;
  if ((record.answers.get(layer) ?? []).length === 0) return [];
  const weight = singles(record, layer, 'weight');
  const activation = singles(record, layer, 'activation');
  return [
    ...(targets.includes('weight') ? weight : []),
    ...(targets.includes('activation') ? activation : []),
    ...(targets.includes('both') ? both(record, layer, weight, activation) : []),
  ];
}

/** What predictions of a layer rest on; not what was asked to check them. */
export function pointsOf(record: RunRecord, layer: number, target: 'weight' | 'activation'): Point[] {
  const local = localErrors(record, layer, target);
  const granularities = granularitiesOf(record.schemes[target]);
  return (record.answers.get(layer) ?? []).flatMap(({ question, difference }) => {
    if (question.target !== target || question.check) return [];
    const scheme = schemeIndex(question);
    const localDb = local[scheme];
    const outputDb = worstOf(difference);
    return typeof localDb === 'number' && outputDb !== null ? [{ localDb, outputDb, granularity: granularities[scheme] }] : [];
  });
}

/**
 * Output SQNR of a layer under each scheme of a target, measured or predicted: null where nothing changes, undefined where nothing is known.
 */
export function effectsDb(record: RunRecord, layer: number, target: 'weight' | 'activation'): readonly (number | null | undefined)[] {
  const local = localErrors(record, layer, target);
  const points = pointsOf(record, layer, target);
  const mine = answersOf(record, layer, target);
  const granularities = granularitiesOf(record.schemes[target]);
  return local.map((localDb, i) => {
    const answer = mine.find(({ question }) => schemeIndex(question) === i);
    if (answer) return worstOf(answer.difference);
    if (localDb === undefined || mine.length === 0) return undefined;
    // All that was measured changed nothing at the outputs: nor will this.
    return localDb === null || points.length === 0 ? null : predict(points, localDb, granularities[i]);
  });
}

/** Mean of output SQNR less local SQNR of all that was measured of a layer, dB; undefined when nothing was. */
export function gainOf(record: RunRecord, layer: number): number | undefined {
  const gains = (['weight', 'activation'] as const)
    .flatMap((target) => pointsOf(record, layer, target))
    .map(({ localDb, outputDb }) => outputDb - localDb);
  return gains.length === 0 ? undefined : gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}

const answersOf = ({ answers }: RunRecord, layer: number, target: Target): readonly Answer[] =>
  (answers.get(layer) ?? []).filter(({ question }) => question.target === target);

function singles(record: RunRecord, layer: number, target: 'weight' | 'activation'): Sensitivity[] {
  const local = localErrors(record, layer, target);
  const effects = effectsDb(record, layer, target);
  const mine = answersOf(record, layer, target);
  return record.schemes[target].flatMap((scheme, i): Sensitivity[] => {
    const [localSqnrDb, outputDb] = [local[i], effects[i]];
    const known = localSqnrDb === undefined ? {} : { localSqnrDb };
    const answer = mine.find(({ question }) => schemeIndex(question) === i);
    if (answer) return [{ scheme, target, ...measured(answer.difference), ...known }];
    if (outputDb === undefined) return [];
    return [{ scheme, target, ...predicted(outputDb, outputDb === null ? null : predictKl(mine, outputDb)), ...known }];
  });
}

function both(record: RunRecord, layer: number, weight: readonly Sensitivity[], activation: readonly Sensitivity[]): Sensitivity[] {
  const { schemes, answers } = record;
  return schemes.weight.flatMap((scheme, i): Sensitivity[] => {
    const partner = partnerOf(schemes, i);
    if (partner === undefined) return [];
    const activationScheme = schemes.activation[partner];
    const answer = answers
      .get(layer)
      ?.find(({ question }) => question.target === 'both' && question.weight === i && question.activation === partner);
    if (answer) return [{ scheme, target: 'both', activationScheme, ...measured(answer.difference) }];
    const [w, a] = [weight.find((s) => s.scheme === scheme), activation.find((s) => s.scheme === activationScheme)];
    if (!w || !a) return [];
    const kl = w.kl !== null && a.kl !== null ? w.kl + a.kl : null;
    return [{ scheme, target: 'both', activationScheme, ...predicted(together(w.outputSqnrDb, a.outputSqnrDb), kl) }];
  });
}

const measured = (difference: Difference): Omit<Sensitivity, 'scheme' | 'target'> => ({
  outputSqnrDb: worstOf(difference),
  outputs: difference.outputs.map(({ output, sqnrDb }) => ({ output, sqnrDb })),
  ...classFigures(difference),
  how: 'measured',
});

const predicted = (outputSqnrDb: number | null, kl: number | null): Omit<Sensitivity, 'scheme' | 'target'> => ({
  outputSqnrDb,
  kl,
  top1Agreement: null,
  accuracyDrop: null,
  accuracyInterval: null,
  how: 'predicted',
});

/** The divergence goes with the noise power; from the measured scheme whose SQNR is next. */
function predictKl(answers: readonly Answer[], outputDb: number): number | null {
  const known = answers.flatMap(({ difference }) => {
    const db = worstOf(difference);
    return difference.classes && db !== null ? [{ db, kl: difference.classes.kl }] : [];
  });
  if (known.length === 0) return null;
  const next = known.reduce((a, b) => (Math.abs(b.db - outputDb) < Math.abs(a.db - outputDb) ? b : a));
  return next.kl * 10 ** ((next.db - outputDb) / 10);
}
