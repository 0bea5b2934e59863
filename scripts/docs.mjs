// npm run docs: writes the generated pages of docs/.
import './lib/check-node.mjs';
import fs from 'node:fs/promises';
import { build } from 'esbuild';
import prettier from 'prettier';
import { inRoot } from './lib/paths.mjs';

/** Loads a TypeScript module that needs nothing of its surroundings. */
async function load(file) {
  const { outputFiles } = await build({ entryPoints: [file], bundle: true, format: 'esm', platform: 'neutral', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { formatsMarkdown } = await load(inRoot('src/core/formats/markdown.ts'));
const page = inRoot('docs/formats.md');
await fs.writeFile(page, await prettier.format(formatsMarkdown(), { ...(await prettier.resolveConfig(page)), parser: 'markdown' }));
console.log('docs/formats.md written');
