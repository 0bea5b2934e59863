import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { LayerStudy } from '../../../../webview-ui/src/study.js';
import { weightPictures } from '../../../../webview-ui/src/table/weightPictures.js';
import { coarser, MINI_BINS, MINI_HEIGHT, miniPath, miniPlace } from '../../../../webview-ui/src/view/miniHistogram.js';
import { layer } from '../layers.js';

describe('a small histogram', () => {
  it('has bars whose heights go by square roots, and none where nothing is', () => {
    expect(miniPath([100, 25, 0])).toBe('M0 16V0H1V8H2V16H3V16Z');
  });
  it('shows the fewest as at least a line', () => expect(miniPath([1e9, 1])).toBe('M0 16V0H1V15H2V16Z'));
  it('is nothing where there is nothing', () => expect(miniPath([0, 0])).toBe(''));
  it('stays within its picture', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: MINI_BINS }), (counts) => {
        const heights = [...miniPath(counts).matchAll(/V(\d+)/g)].map(([, y]) => Number(y));
        for (const y of heights) expect(y).toBeLessThanOrEqual(MINI_HEIGHT);
      }),
    );
  });
  it('of finer counts has all of them', () => {
    expect([...coarser([1, 2, 3, 4], 2)]).toEqual([3, 7]);
    const counts = fc.array(fc.nat(1000), { minLength: 1, maxLength: 200 });
    const sum = (all: ArrayLike<number>) => Array.from(all).reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(counts, (all) => {
        expect(sum(coarser(all, MINI_BINS))).toBe(sum(all));
      }),
    );
  });
  it('marks ends of a range within it', () => {
    expect(miniPlace(0.5, 0, 1)).toBe(MINI_BINS / 2);
    expect(miniPlace(2, 0, 1)).toBeNull();
    expect(miniPlace(0, 0, 0)).toBeNull();
  });
});

describe('pictures of the rows in sight', () => {
  const known = layer('a', { weightStats: { min: 0, max: 1, mean: 0, std: 1, kurtosis: 0, zeros: 0, nan: 0, inf: 0 } });
  const layers = Array.from({ length: 100 }, () => known);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  const answering = () => {
    const asked: number[][] = [];
    const study = vi.fn((_: string, { indices, bins }: { indices: number[]; bins: number }) => {
      asked.push(indices);
      return Promise.resolve({
        counts: Float32Array.from({ length: indices.length * bins }, (_, i) => (Math.floor(i / bins) === 0 ? 1 : 4)),
      });
    });
    return { asked, study: study as unknown as LayerStudy };
  };

  it('are fetched once and kept', async () => {
    const { asked, study } = answering();
    const changed = vi.fn();
    const pictures = weightPictures(study, changed);
    pictures.show([3, 4], layers);
    await settled();
    expect(pictures.of(3)).toMatch(/^M0 16V0/);
    expect(changed).toHaveBeenCalledTimes(1);
    pictures.show([3, 4], layers);
    pictures.show([4, 5], layers);
    await settled();
    expect(asked).toEqual([[3, 4], [5]]);
  });

  it('of rows that were only passed by are not fetched', async () => {
    const { asked, study } = answering();
    const pictures = weightPictures(study, () => undefined);
    for (let first = 0; first < 90; first += 10) pictures.show([first, first + 1], layers);
    await settled();
    await settled();
    expect(asked).toEqual([
      [0, 1],
      [80, 81],
    ]);
  });

  it('of layers without figures are not asked for', async () => {
    const { asked, study } = answering();
    weightPictures(study, () => undefined).show([0], [layer('a')]);
    await settled();
    expect(asked).toEqual([]);
  });
});
