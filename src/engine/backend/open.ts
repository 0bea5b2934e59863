import { nativeBackend } from './native.js';
import { RunError, type Backend, type BackendChoice } from './types.js';
import { wasmBackend } from './wasm.js';

/** What `openBackend` chooses from. */
export interface Builds {
  readonly native: () => Promise<Backend>;
  readonly wasm: (standsIn: string | null) => Promise<Backend>;
}

const builds: Builds = { native: nativeBackend, wasm: wasmBackend };

/** The build that was chosen; left to choose, the one for this machine, or WebAssembly where it does not load. @throws RunError when it cannot be loaded. */
export async function openBackend(choice: BackendChoice, { native, wasm }: Builds = builds): Promise<Backend> {
  if (choice === 'wasm') return wasm(null);
  try {
    return await native();
  } catch (error) {
    if (choice === 'native' || !(error instanceof RunError)) throw error;
    return wasm(error.message);
  }
}
