import type { RunReport } from '../../report/types.js';
import { predict } from '../predict.js';
import { worstOf } from './differences.js';
import { pointsOf } from './effects.js';
import { localErrors, schemeIndex, type RunRecord } from './record.js';
import { granularitiesOf } from './schemes.js';

/** How far predictions are from what was measured to check them; null when nothing was. */
export function predictionError(record: RunRecord): RunReport['prediction'] {
  const deviations = [...record.answers.keys()]
    .sort((a, b) => a - b)
    .flatMap((layer) => record.answers.get(layer)!)
    .flatMap(({ question, difference }) => {
      const { check, layer, target } = question;
      const measuredDb = worstOf(difference);
      if (!check || target === 'both' || measuredDb === null) return [];
      const scheme = schemeIndex(question);
      const localDb = localErrors(record, layer, target)[scheme];
      const points = pointsOf(record, layer, target);
      const granularity = granularitiesOf(record.schemes[target])[scheme];
      return typeof localDb === 'number' && points.length > 0 ? [predict(points, localDb, granularity) - measuredDb] : [];
    });
  if (deviations.length === 0) return null;
  return {
    rmsDb: Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length),
    maxDb: Math.max(...deviations.map(Math.abs)),
    checked: deviations.length,
  };
}
