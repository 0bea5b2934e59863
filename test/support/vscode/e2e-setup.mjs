// Before the tests through the window: one code-server with the packaged extension installed, for all of them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { browserFlags, findBrowser } from '../../../scripts/lib/browser.mjs';
import { ensureCodeServer, startCodeServer } from '../../../scripts/lib/code-server.mjs';
import { packageExtension } from '../../../scripts/lib/package.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { ensureSystemPackages } from '../../../scripts/lib/system-packages.mjs';

const installedIn = (extensions) =>
  path.join(
    extensions,
    fs.readdirSync(extensions).find((name) => name.startsWith('precision-lens.')),
  );

export default async function setup(project) {
  await ensureSystemPackages(['browser']);
  await ensureCodeServer();
  const vsix = process.env.PRECISION_LENS_VSIX || (await packageExtension());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'precision-lens-e2e-'));
  const server = await startCodeServer({ folder, vsix });
  const restricted = await startCodeServer({ folder: path.join(folder, 'restricted'), vsix, restricted: true });
  project.provide('window', {
    origin: server.origin,
    restrictedOrigin: restricted.origin,
    browser: findBrowser(),
    browserFlags,
    root,
    vsix,
    scratch: folder,
    installed: installedIn(path.join(folder, 'extensions')),
  });
  return async () => {
    await Promise.all([server.stop(), restricted.stop()]);
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
