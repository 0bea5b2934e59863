import { describe, expect, it, vi } from 'vitest';
import { planTrials } from '../../../src/extension/models/planTrials.js';
import type { PlanTrial } from '../../../src/report/planTrial.js';
import type { PlanProgress } from '../../../src/report/update.js';

const trial: PlanTrial = {
  measured: {
    outputSqnrDb: 20,
    kl: null,
    top1Agreement: null,
    accuracy: null,
    accuracyInterval: null,
    accuracyDrop: null,
    worst: null,
    rounds: 0,
  },
  comparisons: [],
  evidence: 'synthetic',
  samples: 64,
};
const progress: PlanProgress = { stage: 'plan', done: 1, total: 2, remainingSeconds: null };
const never = () => new Promise<PlanTrial>(() => undefined);

describe('a plan that is run', () => {
  it('tells how far it is, and what it did is kept', async () => {
    const trials = planTrials();
    const states: string[] = [];
    trials.watch(() => states.push(trials.state.kind));
    trials.start('a', ({ onProgress }) => {
      onProgress!(progress);
      return Promise.resolve(trial);
    });
    expect(trials.state).toEqual({ kind: 'running', key: 'a', progress });
    await vi.waitFor(() => expect(trials.state).toEqual({ kind: 'done', key: 'a' }));
    expect(states).toEqual(['running', 'running', 'done']);
    expect(trials.of('a')).toBe(trial);
    expect(trials.of('b')).toBeUndefined();
  });

  it('gives way to another one, and says no more', async () => {
    const trials = planTrials();
    let end: ((trial: PlanTrial) => void) | undefined;
    let first: AbortSignal | undefined;
    trials.start('a', ({ signal, onProgress }) => {
      first = signal;
      return new Promise((resolve) => {
        end = (value) => {
          onProgress!(progress);
          resolve(value);
        };
      });
    });
    trials.start('b', never);
    expect(first!.aborted).toBe(true);
    end!(trial);
    await Promise.resolve();
    expect(trials.state).toEqual({ kind: 'running', key: 'b', progress: null });
    expect(trials.of('a')).toBeUndefined();
  });

  it('is cancelled, which leaves what was known', async () => {
    const trials = planTrials();
    trials.start('a', () => Promise.resolve(trial));
    await vi.waitFor(() => expect(trials.state.kind).toBe('done'));
    trials.start('b', never);
    trials.cancel();
    expect(trials.state).toEqual({ kind: 'cancelled', key: 'b' });
    expect(trials.of('a')).toBe(trial);
  });

  it('fails with why', async () => {
    const trials = planTrials();
    const error = new Error('the inputs are gone');
    trials.start('a', () => Promise.reject(error));
    await vi.waitFor(() => expect(trials.state).toEqual({ kind: 'failed', key: 'a', error }));
  });

  it('is forgotten with the model that it is of', async () => {
    const trials = planTrials();
    trials.start('a', () => Promise.resolve(trial));
    await vi.waitFor(() => expect(trials.state.kind).toBe('done'));
    trials.clear();
    expect(trials.state).toEqual({ kind: 'idle' });
    expect(trials.of('a')).toBeUndefined();
  });
});
