// How fast the editor's page is, measured through a real window: `npm run bench -- page`. Bars: first content in less than 300 ms, an answer to every
// input within 100 ms with 2,000 layers, and nothing that holds the extension host up for 50 ms.
import { mkdtempSync, readFileSync, rmSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { browserFlags, findBrowser } from '../scripts/lib/browser.mjs';
import { bundle } from '../scripts/lib/bundle.mjs';
import { editorUrl, ensureCodeServer, startCodeServer } from '../scripts/lib/code-server.mjs';
import { packageExtension } from '../scripts/lib/package.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { must } from '../scripts/lib/run.mjs';
import { record } from './page/record.mjs';

const LAYERS = 2000;
const LOADS = 5;

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
  writeFileSync(path.join(models, 'made.onnx'), madeModel(LAYERS));
  cpSync(inRoot('samples/lenet/lenet5-mnist.onnx'), path.join(models, 'small.onnx'));
  cpSync(inRoot('samples/resnet-fashion/resnet20-fashion.onnx'), path.join(models, 'resnet.onnx'));
  return models;
}

/** What a user does in the window. */
function windowOf(page) {
  const webview = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const command = async (title) => {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').first().fill(`>${title}`);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };
  const closeAll = async () => {
    await command('View: Close All Editors');
    await page.locator('iframe.webview').waitFor({ state: 'detached' });
  };
  const rows = webview.getByRole('grid', { name: 'Layers' }).locator('.body').getByRole('row');
  return {
    page,
    webview,
    command,
    closeAll,
    rows,
    async open(file) {
      for (let tries = 1; ; tries++) {
        await page.locator('.explorer-folders-view .monaco-list-row').getByText(file, { exact: true }).dblclick();
        const editor = page.locator('iframe.webview');
        await editor.or(page.locator('.monaco-editor-pane-placeholder, .editor-container .monaco-editor')).first().waitFor();
        if ((await editor.count()) > 0 || tries === 20) return;
        await command('View: Close All Editors'); // the workbench does not know the editor yet
        await sleep(500);
      }
    },
    async finished() {
      await rows.first().waitFor({ timeout: 60_000 });
      await webview.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached', timeout: 120_000 });
    },
    /** The frame the page is in. */
    async frame() {
      const outer = await page.locator('iframe.webview.ready').contentFrame().locator('iframe#active-frame').elementHandle();
      return outer.contentFrame();
    },
  };
}

const probe = async (window, what) => {
  const before = what === 'Start';
  await window.command(`Event Loop Probe: ${what}`);
  for (;;) {
    const state = JSON.parse(readFileSync(probeFile, { encoding: 'utf8', flag: 'a+' }) || '{}');
    if (state.running === before) return state;
    await sleep(20);
  }
};

/** The longest that the host was held up while `work` was done. */
async function held(window, work) {
  await probe(window, 'Start');
  await work();
  return probe(window, 'Stop');
}

/** Milliseconds from an input to the next paint, the slowest of the inputs that `work` makes. */
async function answer(window, work) {
  const frame = await window.frame();
  await sleep(300);
  await frame.evaluate(() => (window.bench.events.length = 0));
  await work();
  await sleep(700);
  const events = await frame.evaluate(() => window.bench.events);
  return Math.max(16, ...events.map(({ duration }) => duration));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const print = (what, bar, measured, kept) =>
  console.log(`${what.padEnd(64)} ${bar.padStart(9)} ${measured.padStart(22)}  ${kept ? 'kept' : 'missed'}`);
const inMs = (value) => `${Math.round(value)} ms`;

async function loads(window) {
  const found = [];
  for (let i = 0; i < LOADS; i++) {
    await window.open('made.onnx');
    await window.finished();
    const marks = await (await window.frame()).evaluate(() => window.bench.marks);
    found.push({ header: marks.header - marks.document, rows: marks.rows - marks.document });
    await window.closeAll();
  }
  for (const [what, key] of [
    ['the header', 'header'],
    ['the first rows', 'rows'],
  ]) {
    const values = found.map((one) => one[key]);
    const text = `${inMs(median(values))} (${inMs(Math.min(...values))}–${inMs(Math.max(...values))})`;
    print(`from the page's document to ${what}, ${LAYERS} layers`, '< 300 ms', text, median(values) < 300);
  }
}

async function interactions(window) {
  const { webview, page, rows } = window;
  const grid = webview.getByRole('grid', { name: 'Layers' });
  const tab = (name) => webview.getByRole('tab', { name, exact: true });
  const filter = webview.getByRole('combobox', { name: 'Filter layers' });
  const times = async (count, work) => {
    const found = [];
    for (let i = 0; i < count; i++) found.push(await answer(window, () => work(i)));
    return found;
  };
  const told = (what, values) => {
    const text = `${values.some((value) => value > 16) ? '' : '≤ '}${inMs(median(values))} (at most ${inMs(Math.max(...values))})`;
    print(what, '< 100 ms', text, Math.max(...values) < 100);
  };
  const header = (name) => grid.getByRole('columnheader', { name }).getByRole('button').first();
  told('a layer is chosen by a click', await times(5, (i) => rows.nth(2 + i).click()));
  await rows.nth(3).click();
  told('the next layer by an arrow key', await times(5, () => page.keyboard.press('ArrowDown')));
  told('sorted by a column', await times(4, () => header('Parameters').click()));
  told('sorted by SQNR', await times(2, () => header('SQNR').click()));
  await filter.click();
  told(
    'filtered, letter by letter',
    await times(3, async (i) => {
      await filter.fill('');
      await page.keyboard.type(['bits>3', 'blocks.12', 'op:MatMul'][i], { delay: 60 });
    }),
  );
  await filter.fill('');
  await page.keyboard.press('Escape');
  told('grouped by module, and back', await times(4, () => webview.getByRole('button', { name: 'Group by module' }).click()));
  for (const name of ['Sensitivity', 'Plan', 'Graph']) {
    const first = await answer(window, () => tab(name).click());
    await tab('Layers').click();
    const again = await times(3, async () => {
      await tab(name).click();
      await sleep(300);
      await tab('Layers').click();
    });
    told(`the view “${name}” for the first time`, [first]);
    told(`between “${name}” and the table`, again);
  }
  await tab('Plan').click();
  const bars = webview.locator('pl-plan-view pl-layer-bars').first().getByRole('slider').first();
  await bars.focus();
  told('bars of a plan walked by an arrow key', await times(5, () => page.keyboard.press('ArrowRight')));
  const point = webview.getByRole('slider', { name: 'Point of the front' });
  await point.focus();
  told('a point of the front moved by an arrow key', await times(5, () => page.keyboard.press('ArrowLeft')));
}

const hostLine = (what, { longest, late }) =>
  print(`the host is held up ${what}`, '< 50 ms', `${inMs(longest[0])} (${late} over 50 ms)`, late === 0);

await ensureCodeServer();
const models = await workspace();
const server = await startCodeServer({
  folder,
  vsix: [await packageExtension(), await packageProbe()],
  env: { EVENT_LOOP_PROBE: probeFile },
});
const browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
try {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  await context.addInitScript(record);
  const page = await context.newPage();
  await page.goto(editorUrl(server, { folder: models }));
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  const window = windowOf(page);
  await window.open('small.onnx');
  await window.finished();
  await window.closeAll();

  const idle = await held(window, () => sleep(3000));
  hostLine('by VS Code itself, nothing open', idle);
  await window.open('small.onnx');
  await window.finished();
  await window.closeAll();
  hostLine(
    `while ${LAYERS} layers stream in`,
    await held(window, async () => {
      await window.open('made.onnx');
      await window.finished();
    }),
  );
  await window.closeAll();
  await loads(window);
  await window.open('made.onnx');
  await window.finished();
  hostLine(
    'while a plan for them is found',
    await held(window, async () => {
      await window.webview.getByRole('button', { name: 'Find plan' }).click();
      await window.webview.getByRole('button', { name: 'Show plan' }).waitFor({ timeout: 120_000 });
      await sleep(1000);
    }),
  );
  await interactions(window);
  await window.closeAll();
  await window.open('resnet.onnx');
  await window.finished();
  hostLine(
    'while ResNet-20 runs on 64 samples',
    await held(window, async () => {
      await window.command('Precision Lens: Run with Synthetic Inputs');
      await window.webview.getByText('64 synthetic inputs').waitFor({ timeout: 300_000 });
    }),
  );
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
