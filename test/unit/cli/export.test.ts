import { copyFile, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addExportCommand } from '../../../src/cli/export.js';
import { addPlanCommand } from '../../../src/cli/plan.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import type { Plan } from '../../../src/report/plan.js';
import { lenet, terminal } from './terminal.js';

const cli = terminal(addPlanCommand, addExportCommand);
const { at, run } = cli;

beforeEach(() => run('plan', lenet, '--budget', 'bits=4.5', '--runtime', 'onnxruntime', '-o', at('plan.json')));

const changedPlan = async (change: (plan: Plan) => unknown): Promise<void> => {
  const plan = JSON.parse(await readFile(at('plan.json'), 'utf8')) as Plan;
  await writeFile(at('plan.json'), JSON.stringify(change(plan)));
};

describe('export --as qdq', () => {
  it('writes the model of the plan, in the bytes that were planned, and says so', async () => {
    const text = await run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', at('lenet.int4.onnx'));
    expect(text).toMatch(/lenet\.int4\.onnx: 36\.\d KiB, 6\.\d × smaller than 242\.6 KiB; 5 of 5 layers quantized/);
    const [, weights, planned] = /Weights of layers take ([\d,]+) bytes, ([\d,]+) were planned/.exec(text)!;
    expect(weights).toBe(planned);
    expect(text).toContain('Opset 17 became 21');
    const model = await openModel(memorySource(await readFile(at('lenet.int4.onnx'))), () => Promise.reject(new Error('alone')));
    expect(model.layers).toHaveLength(5);
    expect(await readdir(cli.folder)).toEqual(['lenet.int4.onnx', 'plan.json']);
  });

  it('never writes over the model that is open, by whatever name, without --force', async () => {
    await copyFile(lenet, at('model.onnx'));
    await symlink(at('model.onnx'), at('link.onnx'));
    const args = (output: string) => ['export', at('model.onnx'), '--plan', at('plan.json'), '--as', 'qdq', '-o', output];
    for (const output of [at('model.onnx'), at('link.onnx'), path.join(cli.folder, '.', 'sub', '..', 'model.onnx').replace('sub/../', '')])
      await expect(run(...args(output))).rejects.toThrow(
        'belongs to the model that is open; write to another file, or overwrite it with --force',
      );
    expect((await readFile(at('model.onnx'))).equals(await readFile(lenet))).toBe(true);
    await run(...args(at('model.onnx')), '--force');
    expect((await readFile(at('model.onnx'))).length).toBeLessThan(50_000);
  });

  it('refuses a plan for another model, and layers that are not there with the closest names', async () => {
    const asked = () => run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', at('out.onnx'));
    await changedPlan((plan) => ({ ...plan, model: { ...plan.model, file: 'other.onnx', sha256: '0'.repeat(64) } }));
    await expect(asked()).rejects.toThrow(/plan\.json: the plan is for "other.onnx" \(SHA-256 0{12}…\), and this is "lenet5-mnist.onnx"/);
    await changedPlan((plan) => ({
      ...plan,
      model: { ...plan.model, sha256: null },
      assignments: plan.assignments.map((one, i) => (i === 0 ? { ...one, layer: '/conv1/Convv' } : one)),
    }));
    await expect(asked()).rejects.toThrow(/is for layer "\/conv1\/Convv", which .* does not have; the closest names are "\/conv1\/Conv"/);
    expect(await readdir(cli.folder)).toEqual(['plan.json']);
  });

  it('does what a plan says is done to layers before they are quantized; formats that cannot say so tell it', async () => {
    await changedPlan((plan) => ({
      ...plan,
      assignments: plan.assignments.map((one, i) =>
        i === 0 ? { ...one, transforms: [{ transform: 'correct-bias', means: [0.13] }] } : one,
      ),
    }));
    const [{ layer }] = (JSON.parse(await readFile(at('plan.json'), 'utf8')) as Plan).assignments;
    await run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', at('out.onnx'));
    const told = await run('export', lenet, '--plan', at('plan.json'), '--as', 'aimet-2', '-o', at('encodings.json'));
    expect(told).toContain(
      `AIMET takes scales for the model as it is: the equalization and what is done to biases of "${layer}" are left out`,
    );
    for (const as of ['markdown', 'html', 'csv']) {
      await run('export', lenet, '--plan', at('plan.json'), '--as', as, '-o', at('out.txt'));
      expect(await readFile(at('out.txt'), 'utf8')).toContain('bias corrected by the mean error');
    }
    await changedPlan((plan) => ({
      ...plan,
      assignments: plan.assignments.map((one) => ({ ...one, ...(one.transforms && { transforms: [{ transform: 'correct-bias' }] }) })),
    }));
    await expect(run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', at('none.onnx'))).rejects.toThrow(
      `correct-bias of layer "${layer}" has no "means" of the channels it takes in: run the model on inputs`,
    );
  });

  it('leaves nothing behind when it cannot be written', async () => {
    const missing = path.join(cli.folder, 'no', 'such', 'folder.onnx');
    await expect(run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', missing)).rejects.toThrow('ENOENT');
    await expect(run('export', lenet, '--plan', at('plan.json'), '--as', 'qdq', '-o', cli.folder)).rejects.toThrow(
      'is a folder; name a file',
    );
    expect(await readdir(cli.folder)).toEqual(['plan.json']);
  });

  it('needs a plan', async () => {
    await expect(run('export', lenet, '--as', 'qdq', '-o', at('out.onnx'))).rejects.toThrow('--as qdq needs --plan');
  });
});
