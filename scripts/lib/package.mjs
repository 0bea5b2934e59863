// Makes the .vsix: what a user installs, and what the tests install.
import fs from 'node:fs';
import { inRoot, root } from './paths.mjs';
import { must } from './run.mjs';
import { build } from './setup.mjs';
import { step } from './terminal.mjs';

/** Builds for production and packages; resolves with the file's path. */
export async function packageExtension() {
  await build();
  const { name, version } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8'));
  const file = inRoot(`${name}-${version}.vsix`);
  // The bundles hold their dependencies; pictures of the README travel inside the package.
  const args = [
    '--no-install',
    'vsce',
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    file,
  ];
  await step('Packaging the extension (vsce)', () => must('npx', args, { cwd: root }));
  return file;
}
