import { describe, expect, it } from 'vitest';
import { advantage, loss, spearman } from '../../../bench/accuracy/figures.js';
import { withSection } from '../../../bench/accuracy/page.js';

describe('the rank correlation', () => {
  // the first is the example in the documentation of scipy.stats.spearmanr, the others are closed forms
  it.each([
    [[1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8207826816681233],
    [[1, 1, 2, 3], [2, 1, 1, 4], 0.5],
    [[3, 2, 1], [1, 2, 3], -1],
  ])('of %j and %j', (a, b, expected) => expect(spearman(a, b)).toBeCloseTo(expected, 12));
});

describe('accuracies of the same samples', () => {
  const score = (correct: number, lost: number, gained: number) => ({ samples: 500, correct, lost, gained, outputSqnrDb: null });

  it('differ by the samples that change sides', () => {
    expect(loss(score(455, 8, 3))).toEqual({ points: 1, error: (100 * Math.sqrt(11)) / 500 });
  });

  it('are told apart beyond the error of both', () => {
    expect(advantage(score(450, 0, 0), score(450, 0, 0))).toBe(0);
    expect(advantage(score(450, 0, 0), score(400, 0, 0))).toBeCloseTo(0.1 / Math.sqrt((0.9 * 0.1 + 0.8 * 0.2) / 500), 12);
    expect(advantage(score(0, 0, 0), score(500, 0, 0))).toBeLessThan(-1000);
  });
});

describe('the page', () => {
  it('takes a section anew where it was, and a new one at its end', () => {
    const first = withSection(withSection('# Title\n\nWords.\n', 'a', 'old A'), 'b', 'B');
    const again = withSection(first, 'a', 'new A');
    expect(again).not.toContain('old A');
    expect(again.indexOf('new A')).toBeLessThan(again.indexOf('\nB\n'));
    expect(again.startsWith('# Title\n\nWords.\n')).toBe(true);
    expect(withSection(again, 'a', 'old A')).toBe(first);
  });
});
