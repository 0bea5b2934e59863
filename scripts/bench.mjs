// Builds and runs a benchmark: `npm run bench -- core` builds bench/core.ts, and bench/core.c where there is a C compiler, into dist/bench.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './compile-kernels.mjs';
import { bundle } from './lib/bundle.mjs';

const files = readdirSync(path.join(root, 'bench'));
const known = files.filter((file) => /\.m?[tj]s$/.test(file)).map((file) => file.replace(/\.\w+$/, ''));
const name = process.argv[2];
if (!known.includes(name)) {
  console.error(`which benchmark? npm run bench -- ${known.join('|')}`);
  process.exit(2);
}

// what drives a window needs no bundle
if (files.includes(`${name}.mjs`))
  process.exit(
    spawnSync(process.execPath, [path.join(root, 'bench', `${name}.mjs`), ...process.argv.slice(3)], { stdio: 'inherit' }).status ?? 1,
  );

const out = path.join(root, 'dist/bench');
mkdirSync(out, { recursive: true });

const bundled = path.join(out, `${name}.mjs`);
await bundle(path.join(root, 'bench', `${name}.ts`), bundled);
await bundle(path.join(root, 'src/worker/lane.ts'), path.join(out, 'lane.mjs')); // for what looks at weights in several threads

const source = path.join(root, 'bench', `${name}.c`);
const reference = path.join(out, `${name}-c`);
if (existsSync(source)) {
  const flags = ['-O3', '-march=native', '-fopenmp-simd', source, '-o', reference, '-lm'];
  const { error, status } = spawnSync(process.env.CC ?? 'cc', flags, { stdio: 'inherit' });
  if (error || status !== 0) console.error('the C reference was not built');
}
process.exit(spawnSync(process.execPath, [bundled, reference, ...process.argv.slice(3)], { stdio: 'inherit' }).status ?? 1);
