import { fileURLToPath } from 'node:url';
import { beforeEach } from 'vitest';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import { localEngine } from '../../../src/engine/index.js';
import type { PlanJob } from '../../../src/report/planRequest.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import type { Report } from '../../../src/report/types.js';
import type { AnalysisUpdate } from '../../../src/report/update.js';
import { withUpdate } from '../../../src/rpc/reportStream.js';
import type { Client } from '../../../src/rpc/rpc.js';
import type { ModelLocation, WorkerMethods } from '../../../src/rpc/worker.js';
import { workerHandlers } from '../../../src/worker/handlers.js';
import { pair } from '../rpc/wire.js';

/** A file beside the sample LeNet. */
export const sample = (name: string): string => fileURLToPath(new URL(`../../../samples/lenet/${name}`, import.meta.url));
export const lenet = sample('lenet5-mnist.onnx');
export const options = { targetSqnr: 25 };
export const request: RunSettings = { ...defaultRunSettings, samples: 8 };
export const job: PlanJob = {
  budgets: ['bits=4.5'],
  runtime: 'onnxruntime',
  minimize: 'size',
  hardware: profiles.mcu,
  batch: 1,
  run: null,
};

/** For every test the handlers of a worker, with engines in this process, behind a port that clones like a thread's. */
export interface TestWorker {
  readonly call: Client<WorkerMethods>['call'];
  /** The whole report of the weights. */
  readonly analyze: (location: ModelLocation) => Promise<Report>;
}

export function testWorker(): TestWorker {
  let worker: Client<WorkerMethods>;
  beforeEach(() => {
    worker = pair<WorkerMethods>(workerHandlers(localEngine));
  });
  const call: TestWorker['call'] = (...args) => worker.call(...args);
  return {
    call,
    async analyze(location) {
      let report: Report | undefined;
      const onProgress = (update: AnalysisUpdate) => (report = withUpdate(report, update));
      const head = await call('analyze', { location, options }, { onProgress });
      return { ...head, layers: report!.layers };
    },
  };
}
