import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { addAnalyzeCommand } from '../../../src/cli/analyze.js';
import { addCompareCommand } from '../../../src/cli/compare.js';
import { addPlanCommand } from '../../../src/cli/plan.js';
import type { Comparison } from '../../../src/report/compare/compare.js';
import { lenet, terminal } from './terminal.js';

const resnet = lenet.replace('lenet/lenet5-mnist', 'resnet-fashion/resnet20-fashion');
const cli = terminal(addAnalyzeCommand, addPlanCommand, addCompareCommand);

const compared = async (...args: string[]) => JSON.parse(await cli.run('compare', ...args, '--json', '-')) as Comparison;

describe('compare', () => {
  it('finds a model equal to itself', async () => {
    const text = await cli.run('compare', lenet, lenet);
    expect(text).toContain('No difference in 5 layers. Both are of one model file.');
    expect(text).toMatch(/parameters +61,706 +61,706$/m);
  });

  it('finds a model equal to its own report', async () => {
    await cli.run('analyze', lenet, '--formats', 'int4,int5', '--json', cli.at('a.json'));
    const { a, b, different } = await compared(cli.at('a.json'), lenet);
    expect([a.kind, b.kind, different]).toEqual(['report', 'model', 5]);
    // Another choice of schemes suggests others; the figures are the same.
    const { layers } = await compared(cli.at('a.json'), lenet);
    for (const { differences } of layers) expect(differences.map(({ what }) => what)).toEqual(['suggested']);
  });

  it('matches layers of two models and says by what', async () => {
    const { layers } = await compared(lenet, resnet);
    expect(layers.flatMap(({ a }) => a ?? [])).toHaveLength(5);
    expect(layers.filter(({ by }) => by === 'position').length).toBeGreaterThan(0);
    const text = await cli.run('compare', lenet, resnet);
    expect(text).toMatch(/only in B/);
    expect(text).toMatch(/name \(matched by position\)/);
  });

  it('tells two plans apart', async () => {
    for (const bits of [4, 6]) await cli.run('plan', lenet, '--budget', `bits=${bits}.5`, '-o', cli.at(`${bits}.precision.json`));
    const text = await cli.run('compare', cli.at('4.precision.json'), cli.at('6.precision.json'));
    expect(text).toMatch(/bits a weight +4\.\d\d +6\.\d\d +\+/);
    expect(text).toMatch(/planned weight +u?int\d\/channel\/mse +u?int\d\/channel\/mse/);
  });

  it('writes JSON beside what it prints', async () => {
    await cli.run('compare', lenet, lenet, '--json', cli.at('c.json'));
    expect(JSON.parse(await readFile(cli.at('c.json'), 'utf8'))).toMatchObject({ different: 0 });
  });

  test.each([
    ['{', /broken\.json: .*JSON/],
    ['{"schema": "other@1"}', /broken\.json: neither a report nor a plan/],
    ['{"schema": "precision-lens/report@1"}', /broken\.json: damaged report: /],
    ['{"schema": "precision-lens/plan@1"}', /broken\.json: damaged plan: /],
  ])('refuses %s in one line', async (content, message) => {
    await writeFile(cli.at('broken.json'), content);
    const failure = await cli.run('compare', lenet, cli.at('broken.json')).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).toMatch(message);
    expect(failure).not.toContain('\n');
  });

  it('names the model that cannot be read', async () => {
    await writeFile(cli.at('broken.onnx'), 'nothing of the kind');
    await expect(cli.run('compare', cli.at('broken.onnx'), lenet)).rejects.toThrow(/broken\.onnx: /);
  });

  it('does not write over what it compares', async () => {
    await expect(cli.run('compare', lenet, lenet, '--json', lenet)).rejects.toThrow('belongs to the model that is open');
  });
});
