import { defineConfig } from 'vitest/config';
import { compileKernels } from './scripts/compile-kernels.mjs';

// Threads have a copy of the environment each, which ONNX Runtime does not see: it is to send no usage reports from tests either.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/** The same import that webpack serves through its loader: the compiled kernels as bytes. */
const kernels = {
  name: 'kernels',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('?wasm') ? '\0kernels' : undefined),
  async load(id) {
    if (id !== '\0kernels') return undefined;
    const base64 = Buffer.from(await compileKernels()).toString('base64');
    return `export default new Uint8Array(Buffer.from(${JSON.stringify(base64)}, 'base64'));`;
  },
};

export default defineConfig({
  plugins: [kernels],
  test: {
    maxWorkers: '100%', // vitest leaves one core idle otherwise
    projects: [
      // pure functions mostly: what the files load is loaded once per thread, not once per file
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'threads', isolate: false, testTimeout: 60_000 } },
      { extends: true, test: { name: 'golden', include: ['test/golden/**/*.test.ts'], testTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          globalSetup: 'test/support/vscode/e2e-setup.mjs',
          fileParallelism: false, // one editor, one window at a time
          retry: 1, // a browser, an editor and a machine with other work: now and then a click is lost. What needed it is counted and printed.
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
