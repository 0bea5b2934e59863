import type { InferenceSession } from 'onnxruntime-node';
import { asRunError, sessionOf } from './runtime.js';
import type { Backend } from './types.js';

const options: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
};

/** Threads that wait for work in a busy loop take it from each other when there are many sessions. */
const settings = { intra_op: { allow_spinning: '0' } };

/** ONNX Runtime reports on models and machines over the network unless this is set before it loads. */
const SILENCE = 'ORT_DISABLE_TELEMETRY';

/** ONNX Runtime's own build for this machine. It blocks the thread while it loads and runs. @throws RunError when it cannot be loaded. */
export async function nativeBackend(): Promise<Backend> {
  process.env[SILENCE] = '1';
  const { InferenceSession, Tensor, env } = await import('onnxruntime-node').catch((error: unknown) => {
    throw asRunError(error, 'ONNX Runtime does not load on this machine: ');
  });
  env.logLevel = 'fatal';
  return {
    name: 'onnxruntime-node',
    standsIn: null,
    readsFiles: true,
    async load(model, { use = 'long', folder = null } = {}) {
      // Planning memory takes the first two runs; it pays when there are many.
      const more = folder === null ? {} : { model_external_initializers_file_folder_path: folder };
      const session = await InferenceSession.create(model, {
        ...options,
        enableMemPattern: use === 'long',
        extra: { session: { ...settings, ...more } },
      }).catch((error: unknown) => {
        throw asRunError(error);
      });
      return sessionOf(session, Tensor, true);
    },
  };
}
