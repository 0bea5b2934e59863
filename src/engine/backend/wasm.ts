import type { InferenceSession } from 'onnxruntime-web';
import { asRunError, sessionOf } from './runtime.js';
import type { Backend } from './types.js';

const options: InferenceSession.SessionOptions = {
  executionProviders: ['wasm'],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
};

/**
 * ONNX Runtime's WebAssembly build, from the files beside this one: several times slower, the same everywhere.
 * @param standsIn why it is used in the place of another
 * @throws RunError when it cannot be loaded.
 */
export async function wasmBackend(standsIn: string | null = null): Promise<Backend> {
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web').catch((error: unknown) => {
    throw asRunError(error, 'the WebAssembly build of ONNX Runtime does not load: ');
  });
  env.wasm.numThreads = 1;
  env.logLevel = 'fatal';
  return {
    name: 'onnxruntime-web',
    standsIn,
    readsFiles: false,
    async load(model, { use = 'long' } = {}) {
      const session = await InferenceSession.create(model, { ...options, enableMemPattern: use === 'long' }).catch((error: unknown) => {
        throw asRunError(error);
      });
      return sessionOf(session, Tensor, false);
    },
  };
}
