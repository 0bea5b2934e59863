import type { AnalysisUpdate } from '../report/update.js';

/** A progress line on stderr, only on a terminal: rewritten in place and gone at the end. */
export function progressLine(stream: NodeJS.WriteStream): { show(update: AnalysisUpdate): void; clear(): void } {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const words = { read: 'Reading the model', weights: 'Analyzing weights' };
  return {
    show(update) {
      if (update.kind !== 'progress') return;
      const { stage, done, total } = update;
      const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
      stream.write(`\r\u001b[K${words[stage]}…${percent}`);
    },
    clear: () => stream.write('\r\u001b[K'),
  };
}
