import { readFile } from 'node:fs/promises';
import { openBackend } from '../../../src/engine/backend/open.js';
import type { BackendChoice } from '../../../src/engine/backend/types.js';
import { limitSamples, planRuns, type InputSet } from '../../../src/engine/inputs/index.js';
import type { EngineMethods, Started } from '../../../src/engine/process/protocol.js';
import { workbench } from '../../../src/engine/workbench.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import type { Model, OpenSibling } from '../../../src/model/types.js';

/** A bench in this process, started on a model and its inputs. */
export interface TestBench {
  readonly started: Started;
  readonly model: Model;
  readonly call: <K extends keyof EngineMethods>(
    method: K,
    params: EngineMethods[K]['params'],
    progress?: (value: EngineMethods[K]['progress']) => void,
  ) => Promise<EngineMethods[K]['result']>;
}

export async function startBench(
  file: string,
  inputsOf: (model: Model) => InputSet | Promise<InputSet>,
  options: {
    readonly samples?: number;
    readonly batch?: number;
    readonly labels?: Int32Array;
    readonly classes?: string;
    readonly budget?: number;
    readonly backend?: BackendChoice;
    readonly siblings?: OpenSibling;
  } = {},
): Promise<TestBench> {
  const source = memorySource(await readFile(file));
  const model = await openModel(source, options.siblings ?? (() => Promise.reject(new Error('there is nothing beside the model'))));
  const inputs = limitSamples(await inputsOf(model), options.samples ?? 8);
  const handlers = workbench(openBackend);
  const { signal } = new AbortController();
  const call: TestBench['call'] = async (method, params, progress = () => undefined) =>
    handlers[method](params, { signal, progress, transfer: () => undefined });
  await call('open', { model: { path: file }, backend: options.backend ?? 'native' });
  for (const { start, end } of planRuns(inputs, options.batch ?? 4))
    await call('feed', { inputs: await inputs.read(start, end), samples: end - start });
  const started = await call('start', {
    probe: await inputs.read(0, inputs.batch ?? 1),
    labels: options.labels ?? null,
    classes: options.classes ?? 'auto',
    budget: options.budget ?? 2 ** 30,
  });
  await inputs.close();
  return { started, model, call };
}
