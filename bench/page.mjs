// How fast the editor's page is, measured through a real window: `npm run bench -- page [hold] [load] [interact] [scroll]`. Bars: first content in less than
// 300 ms, an answer to every input within 100 ms with 2,000 layers, nothing that holds the extension host up for 50 ms, and a table of 5,000 layers that
// scrolls at 60 frames a second. With a folder in the environment as `PROFILE`, what was measured leaves its CPU profiles there.
import { mkdtempSync, rmSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { browserFlags, findBrowser } from '../scripts/lib/browser.mjs';
import { bundle } from '../scripts/lib/bundle.mjs';
import { editorUrl, ensureCodeServer, startCodeServer } from '../scripts/lib/code-server.mjs';
import { packageExtension } from '../scripts/lib/package.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { must } from '../scripts/lib/run.mjs';
import { hold } from './page/hold.mjs';
import { interact } from './page/interact.mjs';
import { load } from './page/load.mjs';
import { profiling } from './page/profile.mjs';
import { record } from './page/record.mjs';
import { scroll } from './page/scroll.mjs';
import { windowOf } from './page/window.mjs';

const parts = { hold, load, interact, scroll };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const unknown = wanted.find((name) => !Object.hasOwn(parts, name));
if (unknown) {
  console.error(`no part “${unknown}”: npm run bench -- page ${Object.keys(parts).join('|')}`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'precision-lens-bench-'));
const probeFile = path.join(folder, 'probe.json');

/** The extension that watches the host, packaged. */
async function packageProbe() {
  const staged = path.join(folder, 'probe');
  cpSync(inRoot('bench/page/probe'), staged, { recursive: true });
  const out = path.join(folder, 'probe.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out];
  await must(process.execPath, [inRoot('node_modules/@vscode/vsce/vsce'), ...args], { cwd: staged });
  return out;
}

async function workspace() {
  const models = path.join(folder, 'models');
  mkdirSync(models, { recursive: true });
  const maker = path.join(folder, 'madeModel.mjs');
  await bundle(inRoot('test/support/vscode/madeModel.ts'), maker);
  const { madeModel } = await import(pathToFileURL(maker).href);
  writeFileSync(path.join(models, '2000.onnx'), madeModel(2000));
  writeFileSync(path.join(models, '5000.onnx'), madeModel(5000));
  cpSync(inRoot('samples/lenet/lenet5-mnist.onnx'), path.join(models, 'small.onnx'));
  cpSync(inRoot('samples/resnet-fashion/resnet20-fashion.onnx'), path.join(models, 'resnet.onnx'));
  return models;
}

await ensureCodeServer();
const models = await workspace();
const server = await startCodeServer({
  folder,
  vsix: [await packageExtension(), await packageProbe()],
  // looking for ports to forward, VS Code itself starts processes in the host, which holds it up for as long as copying its memory map takes
  settings: { 'remote.autoForwardPorts': false },
  env: { EVENT_LOOP_PROBE: probeFile, ...(profiling ? { EVENT_LOOP_PROFILE: 'yes' } : {}) },
});
const browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
try {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  await context.addInitScript(record);
  const page = await context.newPage();
  await page.goto(editorUrl(server, { folder: models }));
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  const window = windowOf(page);
  // the first model starts everything up: it is not measured
  await window.open('small.onnx');
  await window.finished();
  await window.closeAll();
  for (const name of wanted) await parts[name](window, probeFile);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
