import { describe, expect, it } from 'vitest';
import { buildHierarchy } from '../../../../webview-ui/src/graph/hierarchy.js';
import { boxLabel, describeBox, fullName, nameOf, neighbours } from '../../../../webview-ui/src/graph/labels.js';
import { outlineKey, outlineRows } from '../../../../webview-ui/src/graph/outline.js';
import { shadeColumns, shadesOf } from '../../../../webview-ui/src/graph/shade.js';
import { defaultGraphView, restoreCamera, restoreGraphView } from '../../../../webview-ui/src/graph/viewState.js';
import { visibleGraph } from '../../../../webview-ui/src/graph/visible.js';
import type { Finding, LayerReport, ValueStats } from '../../../../src/report/types.js';
import { columns } from '../../../../webview-ui/src/view/columns.js';
import { advice, error, layer } from '../layers.js';
import { chain, graphOf } from './graphs.js';
import { effect } from '../../report/run.js';

const finding = (cause: Finding['cause']): Finding => ({ cause, target: 'weight', text: '', remedy: '', gainDb: 3, numbers: {} });

const values = (more: Partial<ValueStats>): ValueStats => ({
  value: 'x',
  elements: 10,
  count: 10,
  kind: 'two-sided',
  min: -1,
  max: 1,
  mean: 0,
  std: 1,
  kurtosis: 0,
  zeros: 0,
  nan: 0,
  inf: 0,
  ...more,
});

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

const graph = chain(['in:image', 'Conv:net/a/conv/Conv', 'Relu:net/a/Relu_1', 'Gemm:net/fc', 'out:logits'], ['net/a/conv/Conv', 'net/fc']);
const hierarchy = buildHierarchy(graph);
const moduleCalled = (key: string) => hierarchy.boxes.find((box) => !box.point && box.key === key)!.id;
const [image, conv, relu, fc, logits] = [0, 1, 2, 3, 4];
const net = moduleCalled('net');
const a = moduleCalled('net/a');

describe('labels', () => {
  it.each([
    [image, 'image', 'input'],
    [conv, 'Conv', 'conv/Conv'],
    [relu, 'Relu', 'Relu_1'],
    [logits, 'logits', 'output'],
    [a, 'a', '2 operators'],
    [net, 'net', '3 operators'],
  ])('box %i is %s, %s', (id, title, detail) => expect(boxLabel(hierarchy, id)).toEqual({ title, detail }));

  it('name boxes in sentences once', () => {
    expect([relu, conv, fc, a].map((id) => plain(nameOf(hierarchy, id)))).toEqual(['Relu_1', 'conv/Conv', 'Gemm fc', 'a']);
  });

  it('have no character in them that could do harm', () => {
    const hostile = buildHierarchy(chain(['Op:x\u202e\0y', 'Op:z']));
    expect(boxLabel(hostile, 0).detail).toBe('x\ufffd\ufffdy');
    expect(fullName(hostile, 0)).toBe('x\ufffd\ufffdy');
  });

  it('say from where values come and where they go, and count what is too much', () => {
    const fan = buildHierarchy(
      graphOf(
        ['a', 'b', 'c', 'd', 'e', 'f'],
        ['b', 'c', 'd', 'e', 'f'].map((to) => ['a', to] as const),
      ),
    );
    expect(plain(neighbours(fan, visibleGraph(fan, new Set()), 0).to)).toBe('Op b, Op c, Op d, Op e and 1 more');
  });

  it('describe a box as the picture shows it', () => {
    const open = new Set([net]);
    const visible = visibleGraph(hierarchy, open);
    const [column] = shadeColumns([], 25);
    const shade = { text: '4 bits', fifths: 3, tone: 'amount' as const };
    expect(plain(describeBox(hierarchy, visible, open, fc, shade, column))).toBe('Gemm, fc. Suggested bits: 4 bits. From a. To logits.');
    expect(plain(describeBox(hierarchy, visible, open, a, undefined, column))).toBe(
      'Module a, 2 operators, closed. From image. To Gemm fc.',
    );
    expect(plain(describeBox(hierarchy, visible, open, net, undefined, null))).toBe('Module net, 3 operators, open.');
  });
});

describe('the outline', () => {
  const open = new Set([net, a]);
  const rows = outlineRows(hierarchy, open);

  it('lists open modules with what is in them', () => {
    expect(rows.map(({ id, level, position, siblings }) => [id, level, position, siblings])).toEqual([
      [image, 1, 1, 3],
      [net, 1, 2, 3],
      [a, 2, 1, 2],
      [conv, 3, 1, 2],
      [relu, 3, 2, 2],
      [fc, 2, 2, 2],
      [logits, 1, 3, 3],
    ]);
    expect(outlineRows(hierarchy, new Set())).toHaveLength(3);
  });

  it.each([
    [-1, 'ArrowDown', { kind: 'choose', id: image }],
    [0, 'ArrowUp', { kind: 'choose', id: image }],
    [6, 'ArrowDown', { kind: 'choose', id: logits }],
    [1, 'ArrowRight', { kind: 'choose', id: a }],
    [1, 'ArrowLeft', { kind: 'toggle', id: net }],
    [3, 'ArrowLeft', { kind: 'choose', id: a }],
    [3, 'ArrowRight', null],
    [0, 'ArrowLeft', null],
    [2, 'Enter', { kind: 'toggle', id: a }],
    [3, ' ', { kind: 'enter', id: conv }],
    [3, 'Home', { kind: 'choose', id: image }],
    [0, 'End', { kind: 'choose', id: logits }],
    [0, 'PageDown', { kind: 'choose', id: a }],
    [3, 'x', null],
  ])('at row %i, %s does %j', (at, key, move) => expect(outlineKey(hierarchy, open, rows, at, key, 2)).toEqual(move));

  it('opens a closed module with the right arrow', () => {
    const closed = outlineRows(hierarchy, new Set());
    expect(outlineKey(hierarchy, new Set(), closed, 1, 'ArrowRight', 2)).toEqual({ kind: 'toggle', id: net });
  });
});

describe('shades', () => {
  const layers = [
    layer('a', { parameters: 900, macs: 10, advice: advice('int4/channel/mse', 26) }),
    layer('b', { parameters: 90, macs: null, advice: advice('int6/channel/mse', 12) }),
    layer('c', { parameters: 10, macs: 10 }),
  ];
  const shade = (id: string, some: readonly number[]) =>
    shadeColumns(layers, 25)
      .find((column) => column.id === id)!
      .shade(some.map((i) => layers[i]));

  it.each([
    ['suggested', [0], { text: '4 bits', fifths: 3, tone: 'amount' }],
    ['suggested', [0, 1, 2], { text: '4–6 bits', fifths: 4, tone: 'amount' }],
    ['suggested', [2], null],
    ['sqnr', [0], { text: '26.0 dB', fifths: 2, tone: 'cool' }],
    ['sqnr', [0, 1, 2], { text: '12.0 dB', fifths: 5, tone: 'hot' }],
    ['sqnr', [], null],
    ['parameters', [0], { text: '900', fifths: 5, tone: 'amount' }],
    ['parameters', [1], { text: '90', fifths: 3, tone: 'amount' }],
    ['parameters', [2], { text: '10', fifths: 2, tone: 'amount' }],
    ['parameters', [1, 2], { text: '100', fifths: 4, tone: 'amount' }],
    ['macs', [1], null],
    ['macs', [0, 1], { text: '10', fifths: 5, tone: 'amount' }],
  ])('by %s of layers %j are %j', (id, some, expected) => expect(shade(id, some)).toEqual(expected));

  it('by what suggestions keep are of the outputs where these chose them', () => {
    const ran = [layer('a', { advice: advice('int4/channel/mse', 18, { outputSqnrDb: 31 }) }), layer('b')];
    const column = shadeColumns(ran, 25).find(({ id }) => id === 'sqnr')!;
    expect(column.label).toBe('SQNR at the outputs');
    expect(column.shade(ran)).toEqual({ text: '31.0 dB', fifths: 2, tone: 'cool' });
    expect(shadeColumns(layers, 25).find(({ id }) => id === 'sqnr')!.label).toBe('SQNR of the weights');
  });

  it('by the effect at the outputs are those against the worst layer, and only there once one is known', () => {
    const ranTo = (outputSqnrDb: number | null, how: 'measured' | 'predicted' = 'measured'): Partial<LayerReport> => ({
      advice: advice('int4/channel/mse', 26),
      sensitivity: [effect('int4/channel/mse', outputSqnrDb, { how })],
    });
    const ran = [ranTo(20), ranTo(24, 'predicted'), ranTo(45), ranTo(null)].map((more, i) => layer(`l${i}`, more));
    expect(shadeColumns(layers, 25).some(({ id }) => id === 'effect')).toBe(false);
    const column = shadeColumns(ran, 25).find(({ id }) => id === 'effect')!;
    const shades = ran.map((one) => column.shade([one]));
    expect(shades.map((one) => [one!.text, one!.fifths])).toEqual([
      ['20.0 dB', 5],
      ['≈24.0 dB', 4],
      ['45.0 dB', 1],
      ['∞ dB', 1],
    ]);
    expect(column.shade(ran)).toEqual(shades[0]);
  });

  it('have a legend in which no two steps look alike or are called the same', () => {
    const many = Array.from({ length: 30 }, (_, i) => layer(`l${i}`, { ...known, op: `Op${i}` }));
    for (const { legend } of [...shadeColumns(layers, 25), ...shadeColumns(many, 25)]) {
      expect(new Set(legend.map(({ fifths, tone, pattern }) => `${fifths} ${tone} ${pattern}`)).size).toBe(legend.length);
      expect(new Set(legend.map(({ label }) => label)).size).toBe(legend.length);
    }
  });

  /** A layer of which everything is known. */
  const known: Partial<LayerReport> = {
    weightStats: { min: -1, max: 1, mean: 0, std: 0.3, kurtosis: 4, zeros: 0, nan: 0, inf: 0 },
    activationStats: { input: values({ min: 0, max: 6, kurtosis: 12 }), output: null },
    errors: [2, 3, 4, 5, 6, 7, 8].map((bits) => error(`int${bits}/channel/mse`, 6 * bits)),
    sensitivity: [effect('int4/channel/mse', 20)],
    together: { accumulatedSqnrDb: 18 },
    advice: advice('int4/channel/mse', 24, { outputSqnrDb: 20 }),
    findings: [finding('outliers'), finding('asymmetry')],
    macs: 100,
  };
  const columnOf = (all: readonly LayerReport[], id: string) => shadeColumns(all, 25).find((column) => column.id === id);

  it('are there by every column of the table that is no name, shape or place', () => {
    const ids = new Set(shadeColumns([layer('a', known), layer('b', { ...known, sensitivity: [] })], 25).map(({ id }) => id));
    const missing = columns(true).filter(({ id, bits }) => !ids.has(id) && bits === undefined);
    expect(missing.map(({ id }) => id)).toEqual(['index', 'layer', 'shape']);
    expect([...ids].filter((id) => id.startsWith('bits:'))).toEqual(['bits:4']);
    expect(shadeColumns([layer('a', { ...known, sensitivity: [] })], 25).filter(({ id }) => id.startsWith('bits:'))).toHaveLength(7);
  });

  it('by a width are those of the heat strip: of the weights, and of the outputs once the model was run', () => {
    const weights = layer('a', { errors: [error('int4/channel/mse', 20), error('int4/tensor/minmax', 9)] });
    expect(columnOf([weights], 'bits:4')!.shade([weights])).toEqual({ text: '20.0 dB', fifths: 3, tone: 'warm' });
    const ran = { ...weights, sensitivity: [effect('int4/channel/mse', 40, { how: 'predicted' })] };
    expect(columnOf([ran], 'bits:4')!.shade([ran, weights])).toEqual({ text: '≈40.0 dB', fifths: 1, tone: 'cool' });
    expect(columnOf([weights], 'bits:5')).toBeUndefined();
  });

  it('by causes are those of the first cause, with its word, of a module the most frequent one', () => {
    const all = [
      layer('a', { findings: [finding('outliers'), finding('asymmetry')] }),
      layer('b', { findings: [finding('outliers')] }),
      layer('c', { findings: [finding('one-sided')] }),
      layer('d', { findings: [] }),
    ];
    const column = columnOf(all, 'causes')!;
    expect(column.legend.map(({ label }) => label)).toEqual(['outliers', 'one-sided']);
    expect(all.map((one) => column.shade([one])?.text)).toEqual(['outliers', 'outliers', 'one-sided', undefined]);
    expect(column.shade(all)!.text).toBe('outliers +1');
    expect(columnOf([all[3]], 'causes')).toBeUndefined();
  });

  it('by operators give those that are rare one look together', () => {
    const all = Array.from({ length: 30 }, (_, i) => layer(`l${i}`, { op: i < 4 ? 'Conv' : `Op${i}` }));
    const column = columnOf(all, 'op')!;
    const { label, ...last } = column.legend.at(-1)!;
    expect([column.legend.length, column.legend[0].label, label]).toEqual([12, 'Conv', 'other operators']);
    expect(column.shade([all[29]])).toEqual({ ...last, text: 'Op29' });
    expect(column.shade(all)!.text).toBe('Conv +26');
  });

  it('by ranges are those against the widest, and a module has its widest one', () => {
    const clipped = (lo: number, hi: number) => layer('a', { advice: advice('int4/channel/mse', 20, { clip: { lo, hi } }) });
    const all = [clipped(-8, 8), clipped(-4, 4), clipped(-3, 0.99), clipped(-0.1, 0.1), clipped(NaN, NaN)];
    const column = columnOf(all, 'clip')!;
    expect(all.map((one) => column.shade([one])?.fifths)).toEqual([5, 5, 3, 1, undefined]);
    expect(column.shade(all.slice(1))!.text).toBe('[-4, 4]');
  });

  it('by kurtosis are warmer the heavier the tails are', () => {
    const tailed = [-1.2, 0, 2.9, 3, 300, null].map((kurtosis) => layer('a', { weightStats: { ...known.weightStats!, kurtosis } }));
    const column = columnOf(tailed, 'weights')!;
    expect(tailed.map((one) => column.shade([one])?.fifths)).toEqual([1, 2, 3, 4, 5, undefined]);
    expect(column.shade(tailed)).toEqual({ text: '300', fifths: 5, tone: 'hot' });
  });

  it('are those of the boxes that have layers', () => {
    const [column] = shadeColumns(layers, 25);
    expect([...shadesOf([1, 2, 3], (box) => (box === 2 ? [] : [layers[0]]), column).keys()]).toEqual([1, 3]);
  });
});

describe('what is kept of the graph', () => {
  it('comes back as it was', () => {
    const view = { open: ['net', 'net/a'], column: 'sqnr', trace: 'up' as const, outline: true };
    expect(restoreGraphView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    expect(restoreCamera({ x: 1, y: -2, scale: 0.5 })).toEqual({ x: 1, y: -2, scale: 0.5 });
  });
  it.each([[undefined], [null], [7], [{ open: 3, trace: 'sideways', outline: 'yes', column: 4 }]])(
    'is nothing where %j was kept',
    (stored) => expect(restoreGraphView(stored)).toEqual(defaultGraphView),
  );
  it.each([[null], [{ x: 1, y: 2 }], [{ x: 1, y: 2, scale: 0 }], [{ x: NaN, y: 2, scale: 1 }]])(
    'is no camera where %j was kept',
    (stored) => expect(restoreCamera(stored)).toBeNull(),
  );
});
