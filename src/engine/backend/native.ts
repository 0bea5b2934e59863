import type { InferenceSession } from 'onnxruntime-node';
import { asRunError, sessionOf } from './runtime.js';
import type { Backend } from './types.js';

const options: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  // Threads that wait for work in a busy loop take it from each other when there are many sessions.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
  logSeverityLevel: 4,
};

/** ONNX Runtime's own build for this machine. It blocks the thread while it loads and runs. @throws RunError when it cannot be loaded. */
export async function nativeBackend(): Promise<Backend> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node').catch((error: unknown) => {
    throw asRunError(error, 'ONNX Runtime does not load on this machine: ');
  });
  return {
    name: 'onnxruntime-node',
    standsIn: null,
    async load(model, use = 'long') {
      // Planning memory takes the first two runs; it pays when there are many.
      const session = await InferenceSession.create(model, { ...options, enableMemPattern: use === 'long' }).catch((error: unknown) => {
        throw asRunError(error);
      });
      return sessionOf(session, Tensor, true);
    },
  };
}
