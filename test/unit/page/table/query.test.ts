import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/report/types.js';
import { fields } from '../../../../webview-ui/src/table/fields.js';
import { complete } from '../../../../webview-ui/src/table/query/complete.js';
import { matches } from '../../../../webview-ui/src/table/query/match.js';
import { parseQuery } from '../../../../webview-ui/src/table/query/parse.js';
import { advice, error, layer } from '../layers.js';
import { effect } from '../../report/run.js';

const finding = (cause: Finding['cause'], gainDb: number | null): Finding => ({
  cause,
  target: 'weight',
  text: '',
  remedy: '',
  numbers: {},
  gainDb,
});

const layers = [
  layer('net/conv1', {
    parameters: 1500,
    macs: 2_000_000,
    advice: advice('int4/channel/mse', 26),
    errors: [error('int4/channel/mse', 26, { clippedFraction: 0.002 }), error('int3/channel/mse', 19)],
    findings: [finding('outliers', 4), finding('channel-imbalance', null)],
    sensitivity: [effect('int4/channel/mse', 18)],
  }),
  layer('net/conv2', { advice: advice('int6/tensor/minmax', 25), parameters: 90, findings: [], sensitivity: [] }),
  layer('fc "big"', {
    op: 'Gemm',
    advice: advice('int4/channel/mse', null),
    errors: [error('int4/channel/mse', null)],
    sensitivity: [effect('int4/channel/mse', null)],
  }),
  layer('lstm:0', { op: 'LSTM', problem: 'external data is missing', dataType: 'float16' }),
];

const all = fields();
const found = (text: string): number[] => {
  const query = parseQuery(text, all);
  return layers.flatMap((one, index) => (matches(query, one, index) ? [index] : []));
};
const faults = (text: string): string[] => parseQuery(text, all).faults.map(({ message }) => message);

describe('the filter', () => {
  it.each([
    ['', [0, 1, 2, 3]],
    ['  ', [0, 1, 2, 3]],
    ['CONV', [0, 1]],
    ['net conv2', [1]],
    ['-conv', [2, 3]],
    ['"fc \\"big\\""', [2]],
    ['op:conv', [0, 1]],
    ['op:gemm|lstm', [2, 3]],
    ['op=con', []],
    ['op=Conv', [0, 1]],
    ['op!=Conv', [2, 3]],
    ['name:"fc \\"b"', [2]],
    ['bits:4', [0, 2]],
    ['bits:4|6', [0, 1, 2]],
    ['bits>4', [1]],
    ['bits>=4', [0, 1, 2]],
    ['bits!=4', [1]],
    ['-bits:4', [1, 3]],
    ['bits:none', [3]],
    ['-bits:none', [0, 1, 2]],
    ['sqnr<25.5', [1]],
    ['sqnr>100', [2]],
    ['effect<30', [0]],
    ['effect:none', [1, 3]],
    ['cause:outlier', [0]],
    ['cause:imbalance', [0]],
    ['cause:none', [1, 2, 3]],
    ['gain>=4', [0]],
    ['params>=1.5k', [0]],
    ['macs<2.1M', [0]],
    ['clipped>0.1%', [0]],
    ['3bit<20', [0]],
    ['scheme:channel bits<5', [0, 2]],
    ['name~/CONV\\d$/i', [0, 1]],
    ['name~/^fc .*g"$/', [2]],
    ['name~conv1', [0]],
    ['-name~/net/', [2, 3]],
    ['type:float16', [3]],
    ['problem:missing', [3]],
    ['index<=2', [0, 1]],
    ['lstm:0', [3]],
    ['op:', [0, 1, 2, 3]],
    ['bits>', [0, 1, 2, 3]],
    ['name~', [0, 1, 2, 3]],
    ['-', [0, 1, 2, 3]],
  ])('%s leaves %j', (text, left) => expect(found(text)).toEqual(left));

  it.each([
    ['bits>four', '“four” is no number'],
    ['bits:4|x', '“x” is no number'],
    ['bits~/4/', '“bits” is a number: write bits<30 or bits:4'],
    ['op<3', '“op” is no number: write op:text, op=text or op~/pattern/'],
    ['name~/(/', expect.stringMatching(/Invalid regular expression/)],
    ['sensitivity<3', expect.stringMatching(/^there is no “sensitivity”; there are name, op, bits, /)],
  ])('says of %s what is wrong, and goes on without it', (text, message) => {
    expect(faults(`${text} op:Gemm`)).toEqual([message]);
    expect(found(`${text} op:Gemm`)).toEqual([2]);
  });

  it('tells where in the text something is wrong', () => {
    expect(parseQuery('op:Conv bits>x', all).faults).toMatchObject([{ start: 8, end: 14 }]);
  });

  it('takes any text', () => {
    const text = fc.array(fc.constantFrom('op', ':', '<', '~', '/', '"', '\\', '|', '-', ' ', '(', 'bits', '4', 'x', '💥', '\u202e'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        text.map((parts) => parts.join('')),
        (written) => {
          const { terms, faults: wrong } = parseQuery(written, all);
          for (const { start, end } of [...terms, ...wrong]) expect(start < end && end <= written.length).toBe(true);
          expect(found(written).length).toBeLessThanOrEqual(layers.length);
          for (let caret = 0; caret <= written.length; caret++) {
            const { from, to } = complete(written, caret, all, layers);
            expect(from <= to && to <= written.length).toBe(true);
          }
        },
      ),
    );
  });
});

describe('completion', () => {
  const at = (text: string) => {
    const caret = text.indexOf('^');
    const plain = text.replace('^', '');
    const { from, to, proposals } = complete(plain, caret, all, layers);
    return proposals.map(({ insert, detail }) => [plain.slice(0, from) + insert + plain.slice(to), detail] as const);
  };
  const written = (text: string) => at(text).map(([result]) => result);

  it('proposes all fields at first, each with what is typed next', () => {
    expect(written('^').slice(0, 4)).toEqual(['name:', 'op:', 'bits<', 'sqnr<']);
    expect(written('^')).toHaveLength(all.length);
    expect(written('op:Conv ^').slice(0, 2)).toEqual(['op:Conv name:', 'op:Conv op:']);
  });

  it('proposes the fields that begin as what is written', () => {
    expect(written('op:Conv c^')).toEqual(['op:Conv cause:', 'op:Conv clipped<', 'op:Conv channels<']);
    expect(written('-c^')).toEqual(['-cause:', '-clipped<', '-channels<']);
    expect(written('xyz^')).toEqual([]);
  });

  it('proposes values that there are, with how many layers have them', () => {
    expect(at('op:^')).toEqual([
      ['op:Conv ', '2 layers'],
      ['op:Gemm ', '1 layer'],
      ['op:LSTM ', '1 layer'],
    ]);
    expect(written('op:Conv|g^ bits>4')).toEqual(['op:Conv|Gemm  bits>4']);
    expect(written('cause:^')).toEqual(['cause:outliers ', 'cause:imbalance ']);
    expect(written('name:^')).toEqual([]);
  });

  it('says between what a number lies', () => {
    expect(at('params>^')).toEqual([['params>', '90 to 1500']]);
    expect(at('gain>^')).toEqual([['gain>', '4 to 4']]);
    expect(at('sqnr<^')).toEqual([['sqnr<', '25 to 26']]);
    expect(written('params>3^')).toEqual([]);
  });

  it('quotes values that need it, so that they are found', () => {
    const odd = [layer('a', { op: 'My Op|"x"' })];
    const { proposals } = complete('op:', 3, all, odd);
    const query = parseQuery(`op:${proposals[0].insert}`, all);
    expect(query.faults).toEqual([]);
    expect(matches(query, odd[0], 0)).toBe(true);
    expect(matches(query, layer('b', { op: 'Op' }), 0)).toBe(false);
  });
});
