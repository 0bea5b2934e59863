// Makes the .vsix: what a user installs, and what the tests install.
import fs from 'node:fs';
import path from 'node:path';
import { copyNativeRuntime, nativeTargets, ownTarget, universal } from './native-runtime.mjs';
import { inRoot } from './paths.mjs';
import { must } from './run.mjs';
import { build } from './setup.mjs';
import { step } from './terminal.mjs';

/** What `.vscodeignore` chooses from. */
const parts = ['package.json', 'package.nls.json', 'package.nls.ko.json', '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const folders = ['l10n', 'media', 'docs/images', 'dist'];

/** Puts everything of one package into an empty folder: the bundles hold their dependencies but for the native runtime. */
function stage(target) {
  const folder = inRoot('out/package', target);
  fs.rmSync(folder, { recursive: true, force: true });
  for (const part of [...parts, ...folders]) fs.cpSync(inRoot(part), path.join(folder, part), { recursive: true });
  copyNativeRuntime(target, path.join(folder, 'dist'));
  return folder;
}

/** Builds for production and packages for a platform, this one unless told; resolves with the file's path. */
export async function packageExtension(target = ownTarget()) {
  const known = [...nativeTargets(), universal];
  if (!known.includes(target))
    throw Object.assign(new Error(`${target}: no such platform. There are: ${known.join(' ')}`), { exitCode: 2 });
  await build();
  const { name, version } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8'));
  const file = inRoot(`${[name, ...(target === universal ? [] : [target]), version].join('-')}.vsix`);
  // Pictures of the README travel inside the package.
  const args = [
    inRoot('node_modules/@vscode/vsce/vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    ...(target === universal ? [] : ['--target', target]),
    '--out',
    file,
  ];
  await step(`Packaging the extension for ${target} (vsce)`, async () => {
    const cwd = stage(target);
    await must(process.execPath, args, { cwd });
    fs.rmSync(cwd, { recursive: true, force: true });
  });
  return file;
}
