import { describe, expect, it } from 'vitest';
import { questionRound } from '../../../../src/analysis/sensitivity/questions.js';
import { addAnswer, newRecord, type Question, type RunRecord } from '../../../../src/analysis/sensitivity/record.js';
import type { Target } from '../../../../src/analysis/sensitivity/types.js';
import type { LayerFacts, Started } from '../../../../src/engine/index.js';

const weight = [8, 6, 5, 4, 3, 2].map((bits) => `int${bits}/tensor/minmax`);
const activation = ['uint8/tensor/minmax', 'uint4/tensor/minmax'];
/** 6 dB a bit. */
const local = (bits: number): number => 6 * bits - 4;

/** A model whose layers pass their noise on with these gains, and what is known of it before it was asked about. */
function model(gains: readonly number[], targets: readonly Target[] = ['weight']): RunRecord {
  const record = newRecord({ weight, activation }, targets);
  record.started = {
    parts: 1,
    layers: gains.map(() => ({ part: 0, weight: true, activation: true, problem: null })),
  } as unknown as Started;
  gains.forEach((_, layer) => {
    const errors = [...weight, ...activation].map((scheme) => ({
      scheme,
      target: activation.includes(scheme) ? 'activation' : 'weight',
      sqnrDb: local(Number(/\d+/.exec(scheme)![0])),
      unbiasedDb: null,
    }));
    record.facts.set(layer, { layer, local: errors, activationErrors: [] } as unknown as LayerFacts);
  });
  return record;
}

/** Asks until nothing is left; answers are as the gains say. */
function study(record: RunRecord, gains: readonly number[], target = 25, exhaustive = false): readonly (readonly Question[])[] {
  const rounds: (readonly Question[])[] = [];
  for (;;) {
    const round = questionRound(record, rounds.length, exhaustive, target);
    if (!round) return rounds;
    rounds.push(round.questions);
    for (const question of round.questions) {
      const scheme = question.target === 'activation' ? activation[question.activation!] : weight[question.weight!];
      const sqnrDb = local(Number(/\d+/.exec(scheme)![0])) + gains[question.layer];
      addAnswer(record, { question, difference: { outputs: [{ output: 'y', sqnrDb, exact: false }], classes: null } });
    }
  }
}

const bitsOf = ({ weight: index }: Question): number => Number(/\d+/.exec(weight[index!])![0]);

describe('the questions of a run', () => {
  it('ask each layer in the middle first, then under what would be chosen, most trouble first', () => {
    const gains = [3, 20, 8];
    const [first, second, third] = study(model(gains), gains);
    expect(first.map(bitsOf)).toEqual([4, 4, 4]);
    // 6·bits − 4 + gain ≥ 25: 5 bits (29), 2 bits (28), 4 bits (28), which is known already: then the one that tells most.
    expect(second.map(({ layer }) => layer)).toEqual([0, 2, 1]);
    expect(second.map(bitsOf)).toEqual([5, 6, 2]);
    expect(third).toEqual([]);
  });

  it('choose by the target', () => {
    const gains = [3];
    expect(study(model(gains), gains, 40)[1].map(bitsOf)).toEqual([8]);
    expect(study(model(gains), gains, 5)[1].map(bitsOf)).toEqual([2]);
  });

  it('ask again where the chosen one does not keep the target after all', () => {
    const record = model([0]);
    const [first] = questionRound(record, 0, false, 25)!.questions;
    addAnswer(record, { question: first, difference: { outputs: [{ output: 'y', sqnrDb: 23, exact: false }], classes: null } });
    const [second] = questionRound(record, 1, false, 25)!.questions;
    expect(bitsOf(second)).toBe(5);
    addAnswer(record, { question: second, difference: { outputs: [{ output: 'y', sqnrDb: 22, exact: false }], classes: null } });
    expect(questionRound(record, 2, false, 25)!.questions.map(bitsOf)).toEqual([6]);
  });

  it('check some predictions, of what is predicted', () => {
    const gains = Array.from({ length: 40 }, (_, i) => i / 4);
    const record = model(gains);
    const [, , , checks] = study(record, gains);
    expect(checks.length).toBeGreaterThanOrEqual(5);
    for (const check of checks) {
      expect(check.check).toBe(true);
      const others = record.answers.get(check.layer)!.filter(({ question }) => question !== check);
      expect(others.map(({ question }) => question.weight)).not.toContain(check.weight);
    }
  });

  it('ask everything, once, when they are to be exhaustive', () => {
    const gains = [1, 2];
    const rounds = study(model(gains, ['weight', 'activation', 'both']), gains, 25, true);
    expect(rounds).toHaveLength(1);
    expect(rounds[0]).toHaveLength(2 * (weight.length + activation.length + weight.length));
    expect(new Set(rounds[0].map((question) => JSON.stringify(question))).size).toBe(rounds[0].length);
  });

  it('ask about every scheme where the layer’s own output tells nothing', () => {
    const record = model([1]);
    record.facts.set(0, { ...record.facts.get(0)!, local: [] });
    expect(study(record, [1]).map((round) => round.length)).toEqual([weight.length, 0, 0, 0]);
  });

  it('ask about activations when both are wanted, for they are predicted together', () => {
    const gains = [5];
    const [first] = study(model(gains, ['both']), gains);
    expect(first.map(({ target }) => target)).toEqual(['weight', 'activation']);
  });
});
