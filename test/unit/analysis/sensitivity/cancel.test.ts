import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { measureSensitivity } from '../../../../src/analysis/sensitivity/index.js';
import { localEngine, type EngineMethods, type EngineProcess } from '../../../../src/engine/index.js';
import { syntheticInputs } from '../../../../src/engine/inputs/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openModel } from '../../../../src/model/open.js';

const file = path.resolve(import.meta.dirname, '../../../../samples/lenet/lenet5-mnist.onnx');

/** An engine that never answers a method; killing it is all that ends its calls. */
function stuck(at: keyof EngineMethods, onCall: () => void): { readonly start: () => EngineProcess; killed: number } {
  const seen = { start, killed: 0 };
  function start(): EngineProcess {
    const engine = localEngine();
    let fail: (error: Error) => void = () => undefined;
    return {
      ...engine,
      call(method, params, options) {
        if (method !== at) return engine.call(method, params, options);
        onCall();
        return new Promise((_, reject) => (fail = reject));
      },
      kill() {
        seen.killed++;
        engine.kill();
        fail(new Error('killed'));
      },
    };
  }
  return seen;
}

it.each(['open', 'feed', 'start', 'observe', 'effect', 'plan', 'leaveOneOut'] as const)(
  'a run that is cancelled kills its engines, though they hang in %s, and says why it ended',
  async (method) => {
    const model = await openModel(memorySource(await readFile(file)), () => Promise.reject(new Error('there is nothing beside the model')));
    const abort = new AbortController();
    const reason = new Error('enough');
    const engine = stuck(method, () => setImmediate(() => abort.abort(reason)));
    const run = measureSensitivity(
      model,
      { path: file },
      syntheticInputs(model.inputs, { samples: 2, seed: 1 }),
      {
        startEngine: engine.start,
        processes: 2,
        weightSchemes: ['int4/tensor/minmax'],
        activationSchemes: ['uint8/tensor/minmax'],
        targets: ['weight'],
        together: { weight: 'int4', activation: null },
      },
      () => undefined,
      abort.signal,
    );
    await expect(run).rejects.toBe(reason);
    expect(engine.killed).toBe(2);
  },
);
