// Webpack loader for `import bytes from './assembly/index.ts?wasm'`: the compiled kernels as a Uint8Array inside the bundle.
import path from 'node:path';
import { compileKernels, entry } from './compile-kernels.mjs';

export default function kernelsLoader() {
  const done = this.async();
  this.addContextDependency(path.dirname(entry));
  compileKernels().then((bytes) => done(null, Buffer.from(bytes)), done);
}
export const raw = true;
