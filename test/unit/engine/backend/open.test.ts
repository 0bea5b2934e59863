import { expect, test } from 'vitest';
import { openBackend, type Builds } from '../../../../src/engine/backend/open.js';
import { RunError, type Backend } from '../../../../src/engine/backend/types.js';

const backend = (name: Backend['name'], standsIn: string | null): Backend => ({
  name,
  standsIn,
  readsFiles: false,
  load: () => Promise.reject(new Error()),
});
const working: Builds = {
  native: () => Promise.resolve(backend('onnxruntime-node', null)),
  wasm: (standsIn) => Promise.resolve(backend('onnxruntime-web', standsIn)),
};
const missing: Builds = {
  ...working,
  native: () => Promise.reject(new RunError('ONNX Runtime does not load on this machine: GLIBC_2.27')),
};

test.each([
  ['auto', working, 'onnxruntime-node', null],
  ['native', working, 'onnxruntime-node', null],
  ['wasm', working, 'onnxruntime-web', null],
  ['auto', missing, 'onnxruntime-web', 'ONNX Runtime does not load on this machine: GLIBC_2.27'],
  ['wasm', missing, 'onnxruntime-web', null],
] as const)('asked for %s, the build that runs says what it is and why', async (choice, builds, name, standsIn) => {
  expect(await openBackend(choice, builds)).toMatchObject({ name, standsIn });
});

test('the native build, when it is asked for and does not load, has nothing standing in for it', async () => {
  await expect(openBackend('native', missing)).rejects.toThrow('GLIBC_2.27');
});

test('a fault that is none of the runtime’s loading is not hidden behind the other build', async () => {
  await expect(openBackend('auto', { ...working, native: () => Promise.reject(new TypeError('a bug')) })).rejects.toThrow('a bug');
});
