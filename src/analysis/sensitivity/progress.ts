import type { RunStage, RunUpdate } from '../../report/update.js';
import { remainingSeconds, type StageWork } from './remaining.js';

/** Tells how far a run is. Costs are in passes of the float model over all samples. */
export interface Progress {
  /** A stage that comes later will cost about this, so many pieces of it being done at once. */
  expect(stage: RunStage, cost: number, parallel: number): void;
  /** A stage begins: the costs of its pieces, and how many more are expected to follow from what they tell. */
  begin(stage: RunStage, costs: readonly number[], parallel: number, later?: number): void;
  /** More pieces of the stage, after those it has. */
  more(stage: RunStage, costs: readonly number[], later: number): void;
  /** A piece of the stage is done: its number, and the seconds it took; null when it was known already. */
  done(stage: RunStage, piece: number, seconds: number | null): void;
}

interface Stage extends Omit<StageWork, 'left'> {
  readonly costs: readonly number[];
  /** Pieces that are done, what the others cost, and how many more are expected. */
  readonly pieces: number;
  /** What all known pieces cost. */
  readonly total: number;
  readonly left: number;
  readonly later: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** Pieces to come cost what those known do in the mean. */
const work = ({ costs, later, left, total, ...stage }: Stage): StageWork => ({
  ...stage,
  left: left + (costs.length > 0 ? (later * total) / costs.length : 0),
});

export function runProgress(emit: (update: RunUpdate & { readonly kind: 'progress' }) => void): Progress {
  const stages = new Map<RunStage, Stage>();
  const put = (stage: RunStage, costs: readonly number[], parallel: number, later = 0): void => {
    const none = { cost: 0, seconds: 0 };
    stages.set(stage, {
      stage,
      costs,
      pieces: 0,
      later,
      total: sum(costs),
      left: sum(costs),
      largest: largest(costs),
      parallel,
      timed: none,
    });
  };
  const tell = (stage: RunStage): void => {
    const { costs, pieces, later } = stages.get(stage)!;
    const remaining = remainingSeconds([...stages.values()].map(work));
    emit({ kind: 'progress', stage, done: pieces, total: costs.length + later, remainingSeconds: remaining });
  };
  return {
    expect: (stage, cost, parallel) => put(stage, [cost], parallel),
    begin(stage, costs, parallel, later) {
      put(stage, costs, parallel, later);
      tell(stage);
    },
    more(stage, costs, later) {
      const at = stages.get(stage)!;
      const [total, left] = [at.total, at.left].map((cost) => cost + sum(costs));
      stages.set(stage, { ...at, costs: [...at.costs, ...costs], total, left, later, largest: Math.max(at.largest, largest(costs)) });
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
