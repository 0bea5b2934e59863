import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addAnalyzeCommand } from '../../../src/cli/analyze.js';
import { parseFormat } from '../../../src/core/formats/index.js';
import { families } from '../../../src/core/formats/registry.js';
import schema from '../../../src/report/schema.json';
import type { Report } from '../../../src/report/types.js';
import { violations } from './schema.js';
import { lenet, terminal } from './terminal.js';

const cli = terminal(addAnalyzeCommand);
const run = (...args: string[]): Promise<string> => cli.run('analyze', lenet, ...args);

async function reportOf(...args: string[]): Promise<Report> {
  const report = JSON.parse(await run(...args, '--json', '-')) as Report;
  expect(violations(report, schema)).toEqual([]);
  return report;
}

const formats = families.map((family) => {
  const format = parseFormat(family.doc.example.scheme.split('/')[0]);
  return family.spell(format);
});

describe('analyze', () => {
  it('reaches every family of formats and every granularity', { timeout: 30_000 }, async () => {
    const granularities = ['tensor', 'channel', 'block:32'];
    const { layers } = await reportOf('--formats', formats.join(), '--granularity', granularities.join());
    for (const { errors, problem, name } of layers) {
      expect(problem, name).toBeUndefined();
      for (const format of formats)
        expect(
          errors.some(({ scheme }) => scheme === format || scheme.startsWith(`${format}/`)),
          format,
        ).toBe(true);
      for (const granularity of granularities) expect(errors.some(({ scheme }) => scheme === `int4/${granularity}/minmax`)).toBe(true);
      for (const { scheme, sqnrDb } of errors) expect(sqnrDb === null || sqnrDb > -20, `${scheme}: ${sqnrDb} dB`).toBe(true);
    }
  });

  it('writes the report as a page, and not over the model', async () => {
    await run('--formats', 'int8', '--html', cli.at('report.html'));
    const page = await readFile(cli.at('report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('/fc1/Gemm');
    await expect(run('--formats', 'int8', '--html', lenet)).rejects.toThrow('belongs to the model that is open');
  });

  it('reaches every clipping method', { timeout: 30_000 }, async () => {
    const clippings = ['minmax', 'percentile:99.9', 'mse', 'kl', 'aciq', 'octav', 'fixed:-1..1'];
    const { layers } = await reportOf('--formats', 'int4', '--granularity', 'tensor,channel', '--clip', clippings.join());
    const expected = ['tensor', 'channel'].flatMap((granularity) => clippings.map((clipping) => `int4/${granularity}/${clipping}`));
    for (const { errors } of layers) expect(errors.map(({ scheme }) => scheme)).toEqual(expected);
  });

  it('matches ONNX Runtime, and warns of its traps', { timeout: 30_000 }, async () => {
    const { match, warnings, layers } = await reportOf(
      '--match',
      'onnxruntime',
      '--formats',
      'int8,int4,int3',
      '--clip',
      'minmax,kl',
      '--details',
    );
    expect(match).toBe('onnxruntime');
    for (const trap of ['128 bins never clips', '7.5 steps', 'no such format'])
      expect(warnings.filter((w) => w.includes(trap))).toHaveLength(1);
    for (const { errors, weightStats } of layers) {
      const scaleOf = (scheme: string): number => errors.find((e) => e.scheme === scheme)!.details!.scales![0];
      const top = Math.max(-weightStats!.min, weightStats!.max);
      expect(scaleOf('int8/tensor/minmax')).toBe(Math.fround(top / 127));
      expect(scaleOf('int4/tensor/minmax')).toBe(Math.fround(top / 7.5));
    }
  });

  it('looks closer when it is asked to, and changes no other figure', async () => {
    const plain = await reportOf('--formats', 'int4,bf16', '--granularity', 'tensor,channel');
    const detailed = await reportOf('--formats', 'int4,bf16', '--granularity', 'tensor,channel', '--details');
    expect(plain.layers[0].channelStats ?? plain.layers[0].weightStats!.quantiles ?? plain.layers[0].errors[0].details).toBeUndefined();
    detailed.layers.forEach((layer, i) => {
      expect(layer.weightStats!.quantiles!.values).toHaveLength(11);
      const { histograms, quantiles, ...each } = layer.channelStats!;
      const channels = layer.shape[layer.channelAxis!];
      expect([...Object.values(each), histograms, quantiles.values].map((list) => list.length)).toEqual(Array<number>(11).fill(channels));
      expect(histograms.flat().reduce((a, b) => a + b)).toBe(layer.parameters);
      expect(layer.errors.map(({ details }) => details!.curve?.granular.length)).toEqual([40, 40, undefined]);
      expect(layer.errors.map(({ sqnrDb }) => sqnrDb)).toEqual(plain.layers[i].errors.map(({ sqnrDb }) => sqnrDb));
      for (const { details } of layer.errors) expect(details!.codeEntropy).toBeGreaterThan(0);
    });
  });

  it('estimates large weights from a sample, with an interval in the report and in the table', async () => {
    const args = ['--formats', 'int4,int5,int6,int8', '--granularity', 'tensor'];
    const exact = await reportOf(...args);
    const { layers } = await reportOf(...args, '--sample', '2000');
    layers.forEach(({ errors, parameters }, i) =>
      errors.forEach(({ sampled, sqnrDb }, j) => {
        expect(sampled !== undefined).toBe(parameters > 2000);
        expect(Math.abs(sqnrDb! - exact.layers[i].errors[j].sqnrDb!)).toBeLessThan(1);
      }),
    );
    expect(await run(...args, '--sample', '2000')).toMatch(/ ± 0\.\d/);
    await expect(run('--sample', '0')).rejects.toThrow('expected a number of elements');
  });

  it.each([
    [['--together', 'int4'], '--together needs a run of the model'],
    [['--dim', 'sequence=3'], '--dim needs a run of the model'],
    [['--evidence', 'synthetic', '--image-mean', '0.5'], '--image-mean needs --inputs'],
    [['--evidence', 'synthetic', '--together', 'int4,mxfp5'], 'mxfp5'],
    [['--evidence', 'synthetic', '--dim', 'sequence=3'], 'the model has no dim "sequence"'],
    [['--formats', ''], 'expected a list, e.g. int8,int4'],
    [['--granularity', ' , '], 'expected a list, e.g. tensor,channel'],
    [['--clip', ''], 'expected a list, e.g. minmax,mse'],
    [['--seed', '-1'], 'expected a whole number, e.g. 1; found "-1"'],
    [['--formats', 'int99'], 'format "int99" has a width outside 1…16 bits; did you mean "int16"?'],
    [['--granularity', 'block:0'], 'granularity "block:0" has a size outside 1…16777216; did you mean "block:32"?'],
    [['--granularity', 'channel:7'], 'granularity "channel:7" is not known; did you mean "channel"?'],
    [['--clip', 'mxe'], 'clipping "mxe" is not known; did you mean "mse"?'],
    [['--formats', 'int4/channel/mse/stohastic'], 'rounding "stohastic" is not known; did you mean "stochastic"?'],
  ])('refuses %j and says what to write', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it('tells stochastic rounding as mean and spread, of the seed it is given', async () => {
    const of = async (seed: string): Promise<Report> => reportOf('--formats', 'int4/tensor/minmax/stochastic', '--seed', seed);
    const [once, again, other] = [await of('3'), await of('3'), await of('4')];
    expect(once).toEqual(again);
    expect(once.seed).toBe(3);
    once.layers.forEach(({ errors }, i) => {
      expect(errors[0].sqnrDbStd).toBeGreaterThan(0);
      expect(errors[0].sqnrDb).not.toBe(other.layers[i].errors[0].sqnrDb);
    });
  });
});
