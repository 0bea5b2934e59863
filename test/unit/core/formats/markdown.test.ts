import { readFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { expect, test } from 'vitest';
import { formatsMarkdown } from '../../../../src/core/formats/markdown.js';
import { families } from '../../../../src/core/formats/registry.js';
import { parseScheme } from '../../../../src/core/formats/index.js';

test('docs/formats.md is what `npm run docs` writes', async () => {
  const page = path.resolve(import.meta.dirname, '../../../../docs/formats.md');
  const options = { ...(await prettier.resolveConfig(page)), parser: 'markdown' };
  expect(readFileSync(page, 'utf8')).toBe(await prettier.format(formatsMarkdown(), options));
});

test.each(families.map((family) => [family.kind, family] as const))('the example of %s is of that family', (kind, family) => {
  expect(parseScheme(family.doc.example.scheme).format.kind).toBe(kind);
});
