import { wilson, type Difference } from '../../engine/index.js';
import type { Sensitivity } from '../../report/types.js';

/** The output that suffers most, dB; null when nothing changes. */
export function worstOf({ outputs }: Difference): number | null {
  const known = outputs.flatMap(({ sqnrDb }) => (sqnrDb === null ? [] : [sqnrDb]));
  return known.length === 0 ? null : Math.min(...known);
}

/** What only classifiers have; null where there is nothing to tell. */
export function classFigures({ classes }: Difference): Pick<Sensitivity, 'kl' | 'top1Agreement' | 'accuracyDrop' | 'accuracyInterval'> {
  const correct = classes?.correct;
  return {
    kl: classes?.kl ?? null,
    top1Agreement: classes?.top1Agreement ?? null,
    accuracyDrop: correct ? (correct.float - correct.changed) / classes.samples : null,
    accuracyInterval: correct ? wilson(correct.changed, classes.samples) : null,
  };
}
