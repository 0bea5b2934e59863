import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/report/compare/compare.js';
import { comparedReport } from '../../../src/report/compare/compared.js';
import { comparisonHead, comparisonPieces } from '../../../src/rpc/compare.js';
import { csv } from '../../../webview-ui/src/charts/chartTable.js';
import { changeText, comparisonTable, differsIn, largestChange, matchesFilter, reading } from '../../../webview-ui/src/compare/rows.js';
import type { LayerReport, Sensitivity } from '../../../src/report/types.js';
import { setLanguage } from '../../../webview-ui/src/text/l10n.js';
import { totalText, valueText } from '../../../webview-ui/src/compare/words.js';
import { layer, report } from '../extension/reports.js';

const effect = (outputSqnrDb: number | null) =>
  ({ scheme: 'int4/channel/mse', target: 'weight', outputSqnrDb, how: 'measured' }) as Sensitivity;
const compared = (a: readonly LayerReport[], b: readonly LayerReport[]) =>
  compare(comparedReport('a.onnx', 'model', report(...a)), comparedReport('b.onnx', 'model', report(...b)));

const before = [layer('conv1'), { ...layer('conv2'), sensitivity: [effect(30)] }, { ...layer('fc'), op: 'Gemm', shape: [10, 84] }];
const after = [layer('conv1'), { ...layer('conv2'), sensitivity: [effect(24.5)] }, { ...layer('=cmd'), op: 'MatMul', shape: [84, 10] }];

describe('a comparison on the page', () => {
  const comparison = compared(before, after);
  const { layers } = comparison;
  const of = (name: string) => layers.find(({ a, b }) => (a ?? b)!.name === name)!;

  it('comes in pieces that together are all of it, without figures that do not differ', () => {
    const many = compared(
      Array.from({ length: 150 }, (_, i) => layer(`l${i}`)),
      [],
    );
    const pieces = [...comparisonPieces(many)].map((piece) => (piece.kind === 'layers' ? piece.layers.length : 0));
    expect(pieces.reduce((a, b) => a + b, 0)).toBe(150);
    expect(Math.max(...pieces)).toBeLessThan(100);
    expect(comparisonHead(many)).not.toHaveProperty('a.layers');
  });

  it('says in one sentence how much differs', () => {
    expect(reading(comparisonHead(comparison), layers)).toBe('3 of 4 layers differ, 2 of them are on one side only.');
    const same = compared(before, before);
    expect(reading(comparisonHead(same), same.layers)).toBe('No difference in 3 layers.');
  });

  it('says of a layer what it differs in, and by how much at most', () => {
    expect(differsIn(of('conv1'))).toBe('alike');
    expect(differsIn(of('conv2'))).toBe('SQNR at the outputs');
    expect(differsIn(of('fc'))).toBe('only in A');
    expect(differsIn(of('=cmd'))).toBe('only in B');
    expect(changeText(largestChange(of('conv2'))!)).toBe('−5.5 dB');
    expect(largestChange(of('conv1'))).toBeNull();
  });

  it('tells of an error that vanished', () => {
    const [first] = compared([{ ...layer('x'), sensitivity: [effect(30)] }], [{ ...layer('x'), sensitivity: [effect(null)] }]).layers;
    expect(changeText(largestChange(first)!)).toBe('30.0 dB → exact');
  });

  it('is filtered by every word, in names, operators and differences', () => {
    const found = (filter: string) => layers.filter((one) => matchesFilter(one, filter)).map(({ a, b }) => (a ?? b)!.name);
    expect(found('')).toHaveLength(4);
    expect(found('CONV')).toEqual(['conv2', 'conv1']);
    expect(found('conv outputs')).toEqual(['conv2']);
    expect(found('gemm only')).toEqual(['fc']);
    expect(found('int4/channel')).toEqual(['conv2']);
    expect(found('none such')).toEqual([]);
  });

  it('is saved as CSV with every difference, names never taken for formulas', () => {
    const lines = new TextDecoder()
      .decode(csv(comparisonTable(layers)))
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines).toContain('conv2,conv2,matched by name,SQNR at the outputs,int4/channel/mse,30,24.5');
    expect(lines.some((line) => line.startsWith(",'=cmd,"))).toBe(true);
  });

  it('shows no text of a file in full length, nor what would steer the text around it', () => {
    expect(valueText('n'.repeat(10_000), 'text').length).toBeLessThanOrEqual(200);
    expect(valueText('a\u202eb', 'text')).toBe('a\ufffdb');
  });

  it('says in the language of the reader what figures rest on', () => {
    setLanguage('ko', { 'weights alone': '가중치만' });
    expect(totalText('evidence', 'weights', 'text')).toBe('가중치만');
    setLanguage('en', {});
    expect(totalText('evidence', 'data', 'text')).toBe('your inputs');
    expect(totalText('budget', 'weights', 'text')).toBe('weights');
  });
});
