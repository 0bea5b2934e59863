// Bundles TypeScript for node, with the compiled kernels inside, as webpack does for the product.
import { build } from 'esbuild';
import { compileKernels } from '../compile-kernels.mjs';

/** The same import that webpack serves through its loader: the compiled kernels as bytes. */
const kernels = {
  name: 'kernels',
  setup(builder) {
    builder.onResolve({ filter: /\?wasm$/ }, () => ({ path: 'kernels', namespace: 'kernels' }));
    builder.onLoad({ filter: /.*/, namespace: 'kernels' }, async () => ({ contents: await compileKernels(), loader: 'binary' }));
  },
};

/** Bundles `entry` into the file `outfile`; ONNX Runtime stays outside. */
export const bundle = (entry, outfile) =>
  build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['onnxruntime-node', 'onnxruntime-web', 'highs'],
    // what is bundled from CommonJS asks for Node's own modules
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    plugins: [kernels],
  });
