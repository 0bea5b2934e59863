import { build, type Plugin } from 'esbuild';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Bundles `entry` into `outfile` as webpack does: one CommonJS file that asks for the runtime by its name, the kernels inside. */
export async function bundled(entry: string, outfile: string): Promise<void> {
  const { compileKernels } = (await import(pathToFileURL(path.resolve('scripts/compile-kernels.mjs')).href)) as {
    compileKernels: () => Promise<Uint8Array>;
  };
  const kernels: Plugin = {
    name: 'kernels',
    setup(builder) {
      builder.onResolve({ filter: /\?wasm$/ }, () => ({ path: 'kernels', namespace: 'kernels' }));
      builder.onLoad({ filter: /.*/, namespace: 'kernels' }, async () => ({ contents: await compileKernels(), loader: 'binary' }));
    },
  };
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'onnxruntime-web'],
    plugins: [kernels],
  });
}
