import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { DataType } from '../../model/types.js';
import type { NumberArray } from '../inputs/types.js';
import { RunError, type Backend, type RunTensor } from './types.js';

type Runtime = typeof import('onnxruntime-node');

/** What the runtime calls the types it takes, and how it calls them itself. */
const runtimeTypes: Readonly<Partial<Record<DataType, Tensor.Type>>> = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float16',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  bool: 'bool',
};

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
  let runtime: Runtime;
  try {
    runtime = await import('onnxruntime-node');
  } catch (error) {
    throw new RunError(`ONNX Runtime does not load on this machine: ${firstLine(error)}`, { cause: error });
  }
  const { InferenceSession, Tensor } = runtime;
  const toRuntime = ({ dataType, shape, data }: RunTensor, name: string): Tensor => {
    const type = runtimeTypes[dataType];
    if (!type) throw new RunError(`input ${name}: ONNX Runtime cannot be given ${dataType} values`);
    return new Tensor(type, nativeArray(type, data) as Float32Array, [...shape]);
  };
  return {
    name: 'onnxruntime-node',
    async load(model, use = 'long') {
      // Planning memory takes the first two runs; it pays when there are many.
      const session = await InferenceSession.create(model, { ...options, enableMemPattern: use === 'long' }).catch((error: unknown) => {
        throw new RunError(firstLine(error), { cause: error });
      });
      let last: Readonly<Record<string, Tensor>> | undefined;
      return {
        async run(inputs, reused = false) {
          const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, toRuntime(tensor, name)]));
          const run = async (): Promise<Readonly<Record<string, Tensor>>> => {
            // Outputs are written where those of the last run are, which saves making and clearing memory; they must be as large.
            if (reused && last) {
              try {
                return await session.run(feeds, last);
              } catch {
                last = undefined;
              }
            }
            return session.run(feeds);
          };
          const results = await run().catch((error: unknown) => {
            throw new RunError(firstLine(error), { cause: error });
          });
          if (reused) last = results;
          return new Map(Object.entries(results).map(([name, tensor]) => [name, fromRuntime(tensor)]));
        },
        release: () => session.release(),
      };
    },
  };
}

const hasFloat16Array = 'Float16Array' in globalThis;

/** float16 is passed as its bits, which newer Nodes want to be seen through an array of their own. */
function nativeArray(type: Tensor.Type, data: NumberArray): unknown {
  if (type !== 'float16' || !hasFloat16Array) return data;
  const Float16 = (globalThis as unknown as { Float16Array: new (buffer: ArrayBufferLike, offset: number, length: number) => unknown })
    .Float16Array;
  return new Float16(data.buffer, data.byteOffset, data.length);
}

function fromRuntime({ type, dims, data }: Tensor): RunTensor {
  if (type === 'string' || type === 'int4' || type === 'uint4') throw new RunError(`values of type ${type} cannot be looked at`);
  const array = data as NumberArray;
  const seen = type === 'float16' ? new Uint16Array(array.buffer, array.byteOffset, array.length) : array;
  return { dataType: type, shape: dims, data: seen };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
