import type { PlanUpdate } from '../report/update.js';

/** A progress line on stderr, only on a terminal: rewritten in place and gone at the end. */
export function progressLine(stream: NodeJS.WriteStream): { show(update: PlanUpdate): void; clear(): void } {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const words = {
    read: 'Reading the model',
    weights: 'Analyzing weights',
    load: 'Loading the inputs',
    float: 'Running in float',
    observe: 'Watching activations',
    effects: 'Measuring effects',
    causes: 'Trying remedies',
    together: 'Quantizing all layers',
    plan: 'Running the plan',
  };
  return {
    show(update) {
      if (update.kind !== 'progress') return;
      const { stage, done, total } = update;
      const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
      const remaining =
        'remainingSeconds' in update && update.remainingSeconds !== null ? `, about ${Math.ceil(update.remainingSeconds)} s left` : '';
      stream.write(`\r\u001b[K${words[stage]}…${percent}${remaining}`);
    },
    clear: () => stream.write('\r\u001b[K'),
  };
}
