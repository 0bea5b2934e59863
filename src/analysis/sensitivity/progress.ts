import type { RunStage, RunUpdate } from '../../report/update.js';
import { remainingSeconds, type StageWork } from './remaining.js';

/** Tells how far a run is. Costs are in passes of the float model over all samples. */
export interface Progress {
  /** A stage that comes later will cost about this, so many pieces of it being done at once. */
  expect(stage: RunStage, cost: number, parallel: number): void;
  /** A stage begins: the costs of its pieces. */
  begin(stage: RunStage, costs: readonly number[], parallel: number): void;
  /** A piece of the stage is done: its number, and the seconds it took; null when it was known already. */
  done(stage: RunStage, piece: number, seconds: number | null): void;
}

interface Stage extends StageWork {
  readonly costs: readonly number[];
  readonly pieces: number;
}

export function runProgress(emit: (update: RunUpdate & { readonly kind: 'progress' }) => void): Progress {
  const stages = new Map<RunStage, Stage>();
  const put = (stage: RunStage, costs: readonly number[], parallel: number): void => {
    const left = costs.reduce((sum, cost) => sum + cost, 0);
    const largest = costs.reduce((most, cost) => Math.max(most, cost), 0);
    stages.set(stage, { stage, costs, pieces: 0, left, largest, parallel, timed: { cost: 0, seconds: 0 } });
  };
  const tell = (stage: RunStage): void => {
    const { costs, pieces } = stages.get(stage)!;
    emit({ kind: 'progress', stage, done: pieces, total: costs.length, remainingSeconds: remainingSeconds([...stages.values()]) });
  };
  return {
    expect: (stage, cost, parallel) => put(stage, [cost], parallel),
    begin(stage, costs, parallel) {
      put(stage, costs, parallel);
      tell(stage);
    },
    done(stage, piece, seconds) {
      const at = stages.get(stage)!;
      const cost = at.costs[piece];
      const pieces = at.pieces + 1;
      stages.set(stage, {
        ...at,
        pieces,
        left: pieces === at.costs.length ? 0 : Math.max(0, at.left - cost),
        timed: seconds === null ? at.timed : { cost: at.timed.cost + cost, seconds: at.timed.seconds + seconds },
      });
      tell(stage);
    },
  };
}
