import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupedRows, moduleKeys, plainRows, type TableRow } from '../../../../webview-ui/src/table/rows.js';
import { totals } from '../../../../webview-ui/src/table/totals.js';
import { advice, error, layer } from '../layers.js';

const names = ['stem/conv', 'blocks.0.conv1', 'blocks.0.conv2', 'blocks.1.conv1', 'blocks.1.conv2', 'head'];
const layers = names.map((name) => layer(name));
const all = layers.map((_, i) => i);

const told = (rows: readonly TableRow[]): string[] =>
  rows.map((row) => '  '.repeat(row.depth) + row.label + (row.kind === 'group' ? ` (${row.layers.join(' ')})${row.open ? '' : ' …'}` : ''));

describe('rows of the table', () => {
  it('are layers under their whole names where they are not grouped', () => {
    expect(told(plainRows(layers, [5, 0]))).toEqual(['head', 'stem/conv']);
  });

  it('are modules with their layers where they are', () => {
    expect(told(groupedRows(layers, all, new Set()))).toEqual([
      'stem/conv',
      'blocks (1 2 3 4)',
      '  0 (1 2)',
      '    conv1',
      '    conv2',
      '  1 (3 4)',
      '    conv1',
      '    conv2',
      'head',
    ]);
  });

  it('leave out what is in closed modules, but know of it', () => {
    expect(told(groupedRows(layers, all, new Set(['blocks.0'])))).toContain('  0 (1 2) …');
    expect(told(groupedRows(layers, all, new Set(moduleKeys(layers))))).toEqual(['stem/conv', 'blocks (1 2 3 4) …', 'head']);
  });

  it('stand as they are sorted, modules by their first layer', () => {
    expect(told(groupedRows(layers, [4, 5, 0, 1, 2, 3], new Set()))).toEqual([
      'blocks (4 3 1 2)',
      '  1 (4 3)',
      '    conv2',
      '    conv1',
      '  0 (1 2)',
      '    conv1',
      '    conv2',
      'head',
      'stem/conv',
    ]);
  });

  it('hold every layer exactly once, each below its modules', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '0'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 20 }), (some) => {
        const many = some.map((one) => layer(one));
        const rows = groupedRows(many, many.map((_, i) => i), new Set()); // prettier-ignore
        expect(rows.flatMap((row) => (row.kind === 'layer' ? [row.layer] : [])).sort((a, b) => a - b)).toEqual(many.map((_, i) => i));
        rows.forEach((row, at) => {
          if (row.kind === 'layer') return;
          expect(row.layers.length).toBeGreaterThan(1);
          expect(rows[at + 1].depth).toBe(row.depth + 1);
        });
      }),
    );
  });
});

describe('totals', () => {
  it('add up what adds up, and tell the worst of what does not', () => {
    const some = [
      layer('a', {
        weight: 'shared',
        parameters: 100,
        macs: 5,
        advice: advice('int4/channel/mse', 26),
        errors: [error('int4/channel/mse', 26)],
        findings: [{ cause: 'outliers', target: 'weight', text: '', remedy: '', numbers: {}, gainDb: 1 }],
      }),
      layer('b', { weight: 'shared', parameters: 100, macs: null, advice: advice('int6/channel/mse', 25) }),
      layer('c', { parameters: 10, findings: [{ cause: 'outliers', target: 'weight', text: '', remedy: '', numbers: {}, gainDb: 1 }] }),
    ];
    expect(totals(some)).toMatchObject({
      layers: 3,
      parameters: 110,
      macs: 5,
      bits: [4, 6],
      worstSqnrDb: 25,
      worstEffect: undefined,
      causes: [['outliers', 2]],
      bytes: { now: 440 },
    });
  });

  it('know when nothing is known, and when nothing is lost', () => {
    expect(totals([layer('a')])).toMatchObject({ macs: null, bits: null, worstSqnrDb: undefined, causes: [] });
    expect(totals([layer('a', { advice: advice('int4/channel/mse', null) })]).worstSqnrDb).toBeNull();
  });
});
