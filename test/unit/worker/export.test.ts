import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import { localEngine } from '../../../src/engine/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { assignmentsOf } from '../../../src/report/choices.js';
import { exportFormats, type ExportFormat } from '../../../src/report/exportFormat.js';
import type { Plan } from '../../../src/report/plan.js';
import { readPlan } from '../../../src/report/readPlan.js';
import { readReport } from '../../../src/report/readReport.js';
import type { Report } from '../../../src/report/types.js';
import type { AnalysisUpdate } from '../../../src/report/update.js';
import { withUpdate } from '../../../src/rpc/reportStream.js';
import type { Client } from '../../../src/rpc/rpc.js';
import type { ExportTarget, WorkerMethods } from '../../../src/rpc/worker.js';
import { workerHandlers } from '../../../src/worker/handlers.js';
import { pair } from '../rpc/wire.js';

const sample = readFileSync(fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url)));

describe('a worker exports', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'precision-lens-export-'));
  const location = { path: path.join(folder, 'lenet.onnx') };
  let worker: Client<WorkerMethods>;
  let plan: Plan;
  let report: Report;
  beforeAll(async () => {
    writeFileSync(location.path, sample);
    worker = pair<WorkerMethods>(workerHandlers(localEngine));
    let known: Report | undefined;
    const onProgress = (update: AnalysisUpdate) => (known = withUpdate(known, update));
    const head = await worker.call('analyze', { location, options: { targetSqnr: 25 } }, { onProgress });
    report = { ...head, layers: known!.layers };
    const assignments = assignmentsOf(report.layers, [{ layer: report.layers[0].name, weight: 'int8/channel/mse' }], null);
    const job = { assignments, found: null, runtime: 'generic', hardware: profiles['server-cpu'], batch: 1 };
    ({ plan } = await worker.call('userPlan', { location, job, ran: false }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const exported = (as: ExportFormat, target: ExportTarget, which = plan) =>
    worker.call('export', { location, as, plan: which, target, ran: false });
  const textOf = async (as: ExportFormat): Promise<string> => {
    const { files } = await exported(as, { name: 'lenet.out' });
    expect(files.map(({ suffix }) => suffix)).toEqual(['']);
    return new TextDecoder().decode(files[0].bytes);
  };

  it('the plan, as its own file', async () => {
    const { sha256 } = report.model;
    expect(readPlan(await textOf('plan'), { file: 'lenet.onnx', sha256: sha256!, layers: report.layers })).toEqual(plan);
  });

  it('the report with the plan in it', async () => {
    expect(readReport(await textOf('report')).plan).toEqual(plan);
  });

  it('a model whose weights are those of the plan', async () => {
    const { files } = await exported('qdq', { name: 'lenet.qdq.onnx' });
    const { layers } = await openModel(memorySource(files[0].bytes), () => Promise.reject(new Error('alone')));
    expect(layers.map(({ name }) => name)).toEqual(report.layers.map(({ name }) => name));
    expect(files[0].bytes.length).toBeLessThan(sample.length / 2);
  });

  it.each(exportFormats.filter((as) => as !== 'ort-overrides' && as !== 'aimet-2'))(
    '%s to disk, whole, with nothing beside it',
    async (as) => {
      const target = path.join(folder, `out.${as}`);
      expect((await exported(as, { path: target })).files).toEqual([]);
      const { files } = await exported(as, { name: `out.${as}` });
      expect(readFileSync(target).equals(files[0].bytes)).toBe(true);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  it('nothing over the model, whatever leads to it', async () => {
    const link = path.join(folder, 'link.onnx');
    symlinkSync(location.path, link);
    for (const target of [location.path, link])
      await expect(exported('qdq', { path: target })).rejects.toMatchObject({
        code: 'FileError',
        message: expect.stringContaining('belongs to the model') as string,
      });
    expect(readFileSync(location.path).equals(sample)).toBe(true);
  });

  it('nothing that the format cannot say, and tells which layer it is', async () => {
    const assignments = plan.assignments.map((one) => ({ ...one, weight: 'mxfp4' }));
    await expect(exported('ort-overrides', { name: 'x' }, { ...plan, assignments })).rejects.toThrow(
      `layer ${JSON.stringify(report.layers[0].name)}`,
    );
  });
});
