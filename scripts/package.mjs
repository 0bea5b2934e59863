// npm run package: makes precision-lens-VERSION.vsix.
import './lib/check-node.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { packageExtension } from './lib/package.mjs';
import { installDependencies } from './lib/setup.mjs';
import { script } from './lib/terminal.mjs';

script(async () => {
  await installDependencies();
  const file = await packageExtension();
  console.log(`${path.basename(file)} (${(fs.statSync(file).size / 1e6).toFixed(2)} MB)`);
});
