import bytes from './assembly/index.ts?wasm';
import type { Reach } from './parameters.js';

/** Addresses are byte offsets into `memory`; counts are elements. See the kernels' own comments in `assembly/`, and their twins. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly heapBase: () => number;
  readonly extremes: (x: number, n: number, runs: number, out: number) => void;
  readonly clamp: (x: number, n: number, lo: number, hi: number) => void;
  readonly moments: (x: number, n: number, runs: number, out: number) => void;
  readonly momentsAndCounts: (x: number, n: number, runs: number, out: number, table: number) => void;
  readonly blankNonFinite: (x: number, n: number) => void;
  readonly histogramLog: (x: number, n: number, base: number, buckets: number, table: number) => void;
  readonly histogramAbsolute: (x: number, n: number, factor: number, bins: number, table: number) => void;
  readonly fillMagnitudes: (table: number, base: number, buckets: number, largest: number, missing: number, to: number) => void;
  readonly symmetricTotal: (d: number, base: number, buckets: number, clip: number, steps: number) => number;
  readonly affineErrors: (x: number, n: number, runs: number, parameters: number, out: number, reach: Reach) => void;
  readonly affineFake: (x: number, n: number, runs: number, parameters: number, out: number) => void;
  readonly floatErrors: (x: number, n: number, runs: number, parameters: number, out: number, counting: number, scaled: number) => void;
  readonly floatFake: (x: number, n: number, runs: number, parameters: number, out: number) => void;
  readonly valueErrors: (x: number, quantized: number, n: number, out: number) => void;
  /** `blocks` super-blocks of 256 finite values under GGML's q4_K. */
  readonly q4kFake: (x: number, blocks: number, out: number) => void;
  readonly channelMajor: (x: number, outer: number, channels: number, inner: number, out: number, stride: number) => void;
}

// What this file needs of the WebAssembly namespace, which the language's own library does not declare.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const PAGE = 65536;
/** Kernels read up to 12 bytes past the end of a run. */
const SLACK = 64;

let compiled: object | undefined;
let loaded: KernelExports | undefined;

/** The compiled kernels, which other threads can take instead of compiling them again: what one thread has made fast is fast in all. */
export const kernelModule = (): object => (compiled ??= new WebAssembly.Module(bytes));

/** Takes kernels that another thread compiled. To be called before any kernel is used. */
export function useKernelModule(module: object): void {
  compiled = module;
}

/** The kernels of this thread, compiled on first use. */
export function kernels(): KernelExports {
  loaded ??= new WebAssembly.Instance(kernelModule()).exports as KernelExports;
  return loaded;
}

/**
 * Lays regions of the given byte lengths out in the kernels' memory, growing it when needed, and returns their addresses (16-byte aligned). Earlier
 * layouts and every view of the memory are void afterwards. There is one memory per thread: see `exclusively`.
 */
export function layOut(lengths: readonly number[]): number[] {
  const { memory, heapBase } = kernels();
  let next = (heapBase() + 15) & ~15;
  const addresses = lengths.map((length) => {
    const address = next;
    next += (length + 15) & ~15;
    return address;
  });
  const missing = next + SLACK - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return addresses;
}

let turn: Promise<unknown> = Promise.resolve();

/** Runs `work` when no other work holds the kernels' memory: one at a time, in order of asking. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}
