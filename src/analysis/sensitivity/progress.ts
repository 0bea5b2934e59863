import type { RunStage } from '../../report/update.js';
import type { SensitivityUpdate } from './types.js';

/** Tells how far a stage is; call the result with the number of each item that is done. @param costs of the items, in any unit */
export function stageProgress(
  stage: RunStage,
  costs: readonly number[],
  emit: (update: SensitivityUpdate) => void,
): (done: number) => void {
  const from = performance.now();
  const total = costs.reduce((a, b) => a + b, 0);
  let spent = 0;
  let count = 0;
  emit({ kind: 'progress', stage, done: 0, total: costs.length, remainingSeconds: null });
  return (index) => {
    spent += costs[index];
    count++;
    const remainingSeconds = ((performance.now() - from) / 1000) * (total / spent - 1);
    emit({ kind: 'progress', stage, done: count, total: costs.length, remainingSeconds });
  };
}
