import type { InputTensor } from '../inputs/types.js';

/** A tensor that goes into a session or comes out of it. */
export type RunTensor = InputTensor;
export type RunTensors = ReadonlyMap<string, RunTensor>;

/** A loaded model. */
export interface Session {
  /**
   * Runs it. The tensors that come out are the caller's to keep, unless they may be `reused`: then they hold until the next run. Rejects with a
   * `RunError`.
   */
  run(inputs: RunTensors, reused?: boolean): Promise<RunTensors>;
  release(): Promise<void>;
}

/** Something that runs ONNX models, one thread each. */
export interface Backend {
  readonly name: 'onnxruntime-node' | 'onnxruntime-web';
  /** Why it stands in for the one that was wanted, in one line; null when it does not. */
  readonly standsIn: string | null;
  /** Whether it reads external data from files by itself. */
  readonly readsFiles: boolean;
  /** Loads a model from its bytes. Rejects with a `RunError`. */
  load(model: Uint8Array, options?: LoadOptions): Promise<Session>;
}

export interface LoadOptions {
  /** Whether it is run many times or a few; many when left out. */
  readonly use?: 'long' | 'short';
  /** Folder that the model's external data lies in, for backends that read files; none when left out. */
  readonly folder?: string | null;
}

/** ONNX Runtime's build for this machine, its WebAssembly build, or the first of these that loads. */
export type BackendChoice = 'auto' | 'native' | 'wasm';

/** The runtime could not load or run a model: `message` is one line. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
