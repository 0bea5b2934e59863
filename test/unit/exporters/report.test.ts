import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { reportWriters, type ReportDocument } from '../../../src/exporters/report/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { PLAN_SCHEMA, type Plan } from '../../../src/report/plan.js';
import { readReport } from '../../../src/report/readReport.js';
import type { LayerReport, Report, Sensitivity } from '../../../src/report/types.js';

let lenet: Report;

beforeAll(async () => {
  const source = memorySource(await readFile('samples/lenet/lenet5-mnist.onnx'));
  const siblings = () => Promise.reject(new Error('there is nothing beside the model'));
  const schemes = ['int4/tensor/minmax', 'int8/tensor/minmax', 'int4/channel/mse', 'int6/tensor/minmax'];
  const input = { source, siblings, file: 'lenet5-mnist.onnx' };
  ({ report: lenet } = await analyzeModel(
    input,
    { schemes, targetSqnr: 20, weights: { details: true } },
    () => undefined,
    new AbortController().signal,
  ));
});

const totals: Plan['predicted'] = {
  outputSqnrDb: 27,
  weightSqnrDb: 15,
  bytes: 34_364,
  effectiveBits: 4.5,
  peakActivationBytes: null,
  bops: 1.3e8,
  energyPj: 1e7,
  energyParts: null,
  seconds: null,
};

/** A plan that was run. */
const planOf = (report: Report): Plan => ({
  schema: PLAN_SCHEMA,
  tool: report.tool,
  model: report.model,
  evidence: 'data',
  samples: 8,
  runtime: 'onnxruntime',
  budget: 'bits=4.5',
  assignments: report.layers.map(({ name }, i) => ({
    layer: name,
    weight: i === 0 ? null : 'int4/channel/mse',
    activation: i === 1 ? 'uint8/tensor/minmax' : null,
    input: i === 1 ? 'x' : null,
    clip: i === 1 ? { lo: 0, hi: 1 } : null,
  })),
  predicted: totals,
  measured: {
    outputSqnrDb: 26.1,
    kl: 1e-4,
    top1Agreement: 1,
    accuracy: 0.97,
    accuracyInterval: [0.95, 0.98],
    accuracyDrop: 0.002,
    worst: null,
    rounds: 0,
  },
  notes: ['a note of the plan'],
  solver: { method: 'exact', loss: 1, greedyLoss: 1, bound: 1 },
  baselines: { float32: { ...totals, outputSqnrDb: null, bytes: 245_880 }, int8: totals },
  comparisons: [
    {
      name: 'int8 everywhere',
      bytes: 62_000,
      effectiveBits: 8.1,
      outputSqnrDb: 46,
      kl: 1e-6,
      top1Agreement: 1,
      accuracy: 0.97,
      accuracyInterval: null,
      accuracyDrop: 0,
    },
  ],
  compression: { ratio: 7, effectiveRatio: null },
  costs: { profile: { name: 'p', source: 's' }, energySource: 'e', batch: 1, layers: [], activations: null, moved: null, batches: [] },
  pareto: [20_000, 34_364, 60_000].map((bytes, i) => ({ ...totals, bytes, outputSqnrDb: 20 + 7 * i, weights: [], activations: [] })),
});

const effect = (scheme: string, how: Sensitivity['how']): Sensitivity => ({
  scheme,
  target: 'weight',
  outputSqnrDb: 30,
  kl: 0.01,
  top1Agreement: 0.99,
  accuracyDrop: null,
  accuracyInterval: null,
  how,
});

const withLayers = (report: Report, change: (layer: LayerReport, i: number) => Partial<LayerReport>): Report => ({
  ...report,
  layers: report.layers.map((layer, i) => ({ ...layer, ...change(layer, i) })),
});

const write = (as: string, document: Partial<ReportDocument> = {}): string => reportWriters[as]({ report: lenet, plan: null, ...document });

/** Tags of a page that are opened and not closed, or the other way round. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '');
  for (const [, closing, name, selfClosing] of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:\s+[\w-]+(?:="[^"<>]*")?)*\s*(\/?)>/g)) {
    if (selfClosing || name === 'meta') continue;
    if (!closing) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe('a report as a page', () => {
  it('is one file: well formed, without scripts, and fetches nothing', () => {
    const page = write('html', { plan: planOf(lenet) });
    expect(unbalanced(page)).toEqual([]);
    expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(page).not.toMatch(/<script|javascript:|\bon\w+=|src=|href=|url\(|@import|https?:/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has every layer, the plan beside what else was run, and charts that say in words what they show', () => {
    const page = write('html', {
      plan: planOf(lenet),
      report: withLayers(lenet, () => ({ sensitivity: [effect('int4/channel/mse', 'predicted')] })),
    });
    for (const { name } of lenet.layers) expect(page.split(name).length).toBeGreaterThan(4);
    for (const text of [
      'The plan',
      'int8 everywhere',
      'Bits by layer',
      'What a bit is worth',
      'Which layers the outputs feel',
      'a note of the plan',
      'uint8/tensor/minmax',
    ])
      expect(page).toContain(text);
    const charts = [...page.matchAll(/<svg [^>]*>\s*<desc>[^<]+<\/desc>/g)];
    expect(charts.length).toBe(page.split('<svg ').length - 1);
    expect(charts.every(([svg]) => /role="img" aria-label="[^"]+"/.test(svg))).toBe(true);
    expect(
      [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level)).every((level, i, all) => i === 0 || level <= all[i - 1] + 1),
    ).toBe(true);
  });

  it('follows the reader’s light or dark', () => {
    expect(write('html')).toContain('@media (prefers-color-scheme: dark)');
  });

  it('shows names as text, whatever they are', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'script', 'onload=', '\u202e', '\0', '`', '${', 'é', '\n', '|', '='),
    });
    fc.assert(
      fc.property(hostile, hostile, (name, op) => {
        const report = withLayers({ ...lenet, model: { ...lenet.model, file: name, producer: op }, warnings: [name] }, () => ({
          name,
          op,
          weight: name,
        }));
        const page = write('html', { report });
        expect(unbalanced(page)).toEqual([]);
        expect(page).not.toMatch(/<script|[\u202e\0]/);
      }),
      { numRuns: 40 },
    );
  });

  it('is made for models without figures, and for thousands of layers in a size that opens', () => {
    const bare = withLayers(lenet, () => ({
      errors: [],
      advice: null,
      weightStats: null,
      sensitivity: [],
      problem: 'it holds no numbers',
    }));
    expect(unbalanced(write('html', { report: bare }))).toEqual([]);
    expect(unbalanced(write('html', { report: { ...lenet, layers: [] } }))).toEqual([]);
    const many = { ...lenet, layers: Array.from({ length: 2000 }, (_, i) => ({ ...lenet.layers[i % 5], name: `layer ${i}` })) };
    const page = write('html', { report: many });
    expect(page.length).toBeLessThan(5e6);
    expect(page).toContain('layer 1999');
  });
});

/** RFC 4180, read back. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('a report as CSV', () => {
  it('has a line for every layer and scheme, the effect at the outputs beside the error', () => {
    const report = withLayers(lenet, () => ({ sensitivity: [effect('int4/channel/mse', 'measured')] }));
    const [titles, ...rows] = parseCsv(write('csv', { report, plan: planOf(lenet) }));
    expect(rows).toHaveLength(5 * 4);
    const at = (row: string[], title: string): string => row[titles.indexOf(title)];
    const row = rows.find((one) => at(one, 'layer') === '/fc1/Gemm' && at(one, 'scheme') === 'int4/channel/mse')!;
    const error = lenet.layers[2].errors.find(({ scheme }) => scheme === 'int4/channel/mse')!;
    expect(Number(at(row, 'sqnr_db'))).toBe(error.sqnrDb);
    expect([at(row, 'output_sqnr_db'), at(row, 'how'), at(row, 'planned'), at(row, 'shape')]).toEqual([
      '30',
      'measured',
      'true',
      '120x400',
    ]);
    expect(rows.every((one) => one.length === titles.length)).toBe(true);
  });

  it('reads back whatever the names are, and is never taken for a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\r\n', '=', '+', '@', '-', 'a', ' ') }), (name) => {
        const [, row] = parseCsv(write('csv', { report: withLayers(lenet, () => ({ name })) }));
        expect(row[0]).not.toMatch(/^[=+\-@]/);
        expect(row[0].replace(/^'/, '')).toBe(name.replace(/[\r\n]/g, '\ufffd'));
      }),
    );
  });
});

describe('a report as Markdown', () => {
  it('has the layers in a table, and the plan', () => {
    const text = write('markdown', { plan: planOf(lenet) });
    expect(text).toMatch(/^# lenet5-mnist\.onnx\n/);
    expect(text).toContain('| /fc1/Gemm | Gemm | 120×400 | 48,000 | 48,000 | int4/channel/mse | 4.08 |');
    expect(text).toContain('| this plan | 33.6 KiB | 4.50 | 15.0 dB | 27.0 dB | 1.30e+8 |');
    expect(text).toContain('| /conv1/Conv | Conv | 6×1×5×5 | 150 | 117,600 | as it is | 32.00 |');
  });

  it('keeps its tables whatever the names are', () => {
    const text = write('markdown', { report: withLayers(lenet, () => ({ name: '|a|\n# <b>`*_[x](y)' })) });
    const rows = text.split('\n').filter((line) => line.startsWith('| \\|a'));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toContain('\\|a\\|�\\# \\<b\\>\\`\\*\\_\\[x\\](y)');
    expect(rows[0].replaceAll('\\|', '').split('|')).toHaveLength(11);
  });
});

describe('a report as JSON', () => {
  it('is what the schema says, with the plan in it, and reads back', () => {
    const plan = planOf(lenet);
    const { report, plan: own } = readReport(write('report', { plan }));
    expect(report).toEqual(JSON.parse(JSON.stringify(lenet)));
    expect(own).toEqual(JSON.parse(JSON.stringify(plan)));
    expect(readReport(write('report')).plan).toBeNull();
  });

  it.each([
    ['no JSON', 'not json', /^not a report: /],
    ['another file', '{"schema":"precision-lens/plan@1"}', /^not a report: its schema is "precision-lens\/plan@1", not/],
    ['a damaged one', '{"schema":"precision-lens/report@1"}', /^damaged report: the file lacks "tool"/],
  ])('is refused when it is %s', (_, text, message) => {
    expect(() => readReport(text)).toThrow(message);
  });

  it('is refused where a figure is no number, however deep it lies', () => {
    const numbers = { ratio: 'much' } as unknown as Record<string, number>;
    const finding = { cause: 'outliers', target: 'weight', text: 't', remedy: 'r', gainDb: 1, numbers } as const;
    const report = withLayers(lenet, () => ({ findings: [finding] }));
    expect(() => readReport(write('report', { report }))).toThrow('layers[0].findings[0].numbers.ratio is "much", not number');
  });

  it('is refused for another model', () => {
    expect(() => readReport(write('report'), { file: 'other.onnx', sha256: '0'.repeat(64) })).toThrow(
      /^the report is of "lenet5-mnist.onnx" \(SHA-256 [0-9a-f]{12}…\), and this is "other.onnx" \(000000000000…\); analyze this model anew$/,
    );
  });
});
