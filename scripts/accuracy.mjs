// npm run accuracy [-- section…]: measures the sample models and writes docs/accuracy.md with its plots; with names, only those sections of it.
import './lib/check-node.mjs';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import prettier from 'prettier';
import { bundle } from './lib/bundle.mjs';
import { inRoot } from './lib/paths.mjs';

const main = inRoot('dist/bench/accuracy.mjs');
const engine = inRoot('dist/bench/engine.mjs');
await bundle(inRoot('bench/accuracy/main.ts'), main);
await bundle(inRoot('src/engine/main.ts'), engine);
const { status } = spawnSync(process.execPath, [main, engine, ...process.argv.slice(2)], { stdio: 'inherit', cwd: inRoot('.') });
if (status !== 0) process.exit(status ?? 1);

const page = inRoot('docs/accuracy.md');
const text = await fs.readFile(page, 'utf8');
await fs.writeFile(page, await prettier.format(text, { ...(await prettier.resolveConfig(page)), parser: 'markdown' }));
console.log('docs/accuracy.md written');
