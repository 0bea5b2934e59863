// Runs test/host inside VS Code's extension host: a desktop's where it can be fetched and shown, else code-server's.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureCodeServer } from './code-server.mjs';
import { canDownload, downloadedCode } from './desktop.mjs';
import { inRoot, root } from './paths.mjs';
import { build } from './setup.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

async function executable() {
  if (await canDownload()) return downloadedCode();
  await ensureSystemPackages(['browser']);
  await ensureCodeServer();
  return inRoot('test/support/vscode/code-server-window.mjs');
}

/** Bundles the tests, and the entry that runs them, into out/host, with an empty workspace beside; resolves with the entry's path. */
export async function bundleHostTests() {
  const { build: bundle } = await import('esbuild');
  const tests = fs.readdirSync(inRoot('test/host')).filter((name) => name.endsWith('.test.ts'));
  fs.rmSync(inRoot('out/host'), { recursive: true, force: true });
  await bundle({
    entryPoints: [
      { in: inRoot('test/support/vscode/host-entry.ts'), out: 'index' },
      ...tests.map((name) => ({ in: inRoot('test/host', name), out: name.slice(0, -3) })),
    ],
    outdir: inRoot('out/host'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    external: ['vscode', 'mocha'],
    logLevel: 'error',
  });
  fs.mkdirSync(inRoot('out/host/workspace'));
  return inRoot('out/host/index.js');
}

/** Resolves with mocha's `{ passed, failed, failures }`; rejects when the host ended without telling. */
export async function runHostTests() {
  await build();
  const extensionTestsPath = await bundleHostTests();
  const vscodeExecutablePath = await executable();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'precision-lens-'));
  const result = path.join(folder, 'result.json');
  const { runTests } = await import('@vscode/test-electron');
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath,
      extensionTestsEnv: { TEST_RESULT_FILE: result, PRECISION_LENS_ROOT: root },
      launchArgs: [inRoot('out/host/workspace')],
    }).catch((error) => {
      if (!fs.existsSync(result)) throw new Error(`the extension host ended before its tests did: ${error.message}`);
    });
    if (!fs.existsSync(result)) throw new Error('the extension host ended before its tests did');
    return JSON.parse(fs.readFileSync(result, 'utf8'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
