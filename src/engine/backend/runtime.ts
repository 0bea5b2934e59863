/** What both builds of ONNX Runtime have in common: their tensors, sessions and errors. */
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node';
import type { DataType } from '../../model/types.js';
import { explain } from './explain.js';
import type { NumberArray } from '../inputs/types.js';
import { RunError, type RunTensor, type RunTensors, type Session } from './types.js';

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

/** A loaded model behind the engine's own tensors. `reuse`: whether the runtime writes outputs where those of the last run are. */
export function sessionOf(session: InferenceSession, Tensor: TensorConstructor, reuse: boolean): Session {
  const toRuntime = ({ dataType, shape, data }: RunTensor, name: string): Tensor => {
    const type = runtimeTypes[dataType];
    if (!type) throw new RunError(`input ${name}: ONNX Runtime cannot be given ${dataType} values`);
    return new Tensor(type, nativeArray(type, data) as Float32Array, [...shape]);
  };
  let last: { readonly results: Readonly<Record<string, Tensor>>; readonly sizes: string } | undefined;
  return {
    async run(inputs, reused = false) {
      const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, toRuntime(tensor, name)]));
      const sizes = reuse && reused ? sizesOf(inputs) : '';
      const run = async (): Promise<Readonly<Record<string, Tensor>>> => {
        // Outputs are written where those of the last run are, which saves making and clearing memory; they must be as large. That they are not
        // shows only when they are written, so it is not tried with other inputs.
        if (reuse && reused && last?.sizes === sizes) {
          try {
            return await session.run(feeds, last.results);
          } catch {
            last = undefined;
          }
        }
        return session.run(feeds);
      };
      const results = await run().catch((error: unknown) => {
        throw asRunError(error);
      });
      if (reuse && reused) last = { results, sizes };
      return new Map(Object.entries(results).map(([name, tensor]) => [name, fromRuntime(tensor, name)]));
    },
    release: () => session.release(),
  };
}

const sizesOf = (inputs: RunTensors): string => [...inputs.values()].map(({ shape }) => shape.join()).join(';');

const hasFloat16Array = 'Float16Array' in globalThis;

/** float16 is passed as its bits, which newer Nodes want to be seen through an array of their own. */
function nativeArray(type: Tensor.Type, data: NumberArray): unknown {
  if (type !== 'float16' || !hasFloat16Array) return data;
  const Float16 = (globalThis as unknown as { Float16Array: new (buffer: ArrayBufferLike, offset: number, length: number) => unknown })
    .Float16Array;
  return new Float16(data.buffer, data.byteOffset, data.length);
}

function fromRuntime({ type, dims, data }: Tensor, name: string): RunTensor {
  if (type === 'string' || type === 'int4' || type === 'uint4') throw new RunError(`values of type ${type} (${name}) cannot be looked at`);
  const array = data as NumberArray;
  const seen = type === 'float16' ? new Uint16Array(array.buffer, array.byteOffset, array.length) : array;
  return { dataType: type, shape: dims, data: seen };
}

/** What the runtime says, as one line for the user. */
export function asRunError(error: unknown, before = ''): RunError {
  const message = error instanceof Error ? error.message : String(error);
  return new RunError(before + explain(message), { cause: error });
}
