// Compiles the AssemblyScript kernels to WebAssembly. Webpack and vitest both come here, so there is one set of flags.
import asc from 'assemblyscript/asc';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const entry = path.join(root, 'src/core/kernels/assembly/index.ts');

const flags = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--initialMemory', '16', '--maximumMemory', '65536'];

/** Returns the bytes of the compiled module; throws with the compiler's own messages. */
export async function compileKernels() {
  let bytes;
  const { error, stderr } = await asc.main([path.relative(root, entry), '--baseDir', root, '-o', 'kernels.wasm', ...flags], {
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) bytes = contents;
    },
  });
  if (error || !bytes) throw new Error(`kernels do not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  return bytes;
}
