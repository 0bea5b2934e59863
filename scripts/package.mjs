// npm run package [-- --target PLATFORM|universal]: makes the .vsix for this platform or another, or the one for all without the native runtime.
import './lib/check-node.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from './lib/package.mjs';
import { installDependencies } from './lib/setup.mjs';
import { script } from './lib/terminal.mjs';

script(async () => {
  const { target } = parseArgs({ options: { target: { type: 'string' } } }).values;
  await installDependencies();
  const file = await packageExtension(target);
  console.log(`${path.basename(file)} (${(fs.statSync(file).size / 1e6).toFixed(2)} MB)`);
});
