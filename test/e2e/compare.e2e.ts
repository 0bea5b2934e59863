import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Comparison } from '../../src/report/compare/compare.js';
import { activeFrame, violations } from '../support/vscode/axe.js';
import { lenet, mobilenet, resnet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { inEveryTheme } from '../support/vscode/themes.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const { root } = inject('window');

const cli = (...args: string[]): string =>
  execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const samples = path.join(root, 'samples');
const [lenetFile, resnetFile] = [path.join(samples, 'lenet/lenet5-mnist.onnx'), path.join(samples, 'resnet-fashion/resnet20-fashion.onnx')];

const files = () => ({
  'lenet.onnx': lenet(),
  'resnet.onnx': resnet(),
  'mobilenet.onnx': mobilenet(),
  'lenet.report.json': cli('analyze', lenetFile, '--json', '-'),
  'settings.json': '{}',
  'broken.report.json': '{"schema": "precision-lens/report@1"}',
});

/** Opens a model, and compares it with another file from the palette. */
async function compareWith(window: EditorWindow, model: string, other: string): Promise<void> {
  await window.open(model);
  await modelPage(window.webview).finished();
  await window.command('Precision Lens: Compare With…');
  await window.choose(other);
}

describe('two files are compared', () => {
  let browser: Browser;
  let window: EditorWindow;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: files() });
  });
  afterAll(() => browser.close());

  const heading = (text: string | RegExp) => window.webview.getByRole('heading', { name: text });
  const rows = () => window.webview.locator('.layers > tbody > tr.row');

  it('from the palette, and the page shows what the command line tells', async () => {
    await compareWith(window, 'lenet.onnx', 'resnet.onnx');
    const { different, layers } = JSON.parse(cli('compare', lenetFile, resnetFile, '--json', '-')) as Comparison;
    await heading(`${different} of ${layers.length} layers differ`).waitFor();
    expect(await rows().count()).toBe(layers.length);
    const shown = await rows().locator('th').allInnerTexts();
    layers.forEach(({ a, b }, i) => expect(shown[i]).toContain((a ?? b)!.name));
    const position = layers.findIndex(({ by }) => by === 'position');
    await rows().nth(position).getByRole('button').click();
    const details = window.webview.getByRole('region', { name: /^Differences of / });
    expect(await details.getByRole('row').count()).toBe(layers[position].differences.length + 1);
    expect(await details.getByText('matched by position').count()).toBe(1);
  });

  it('filters them by text, by keyboard alone', async () => {
    await window.webview.getByRole('searchbox', { name: 'Filter layers by text' }).focus();
    await window.page.keyboard.type('layer3 only in b');
    await window.webview.locator('.layers').getByText('layer3').first().waitFor();
    const shown = await rows().allInnerTexts();
    expect(shown.length).toBeGreaterThan(0);
    for (const text of shown) expect(text).toMatch(/layer3[^]*only in B/);
    await window.page.keyboard.press('Control+A');
    await window.page.keyboard.type('nothing of the kind');
    await window.webview.getByText('There is nothing to show.').waitFor();
    await window.page.keyboard.press('Control+A');
    await window.page.keyboard.press('Delete');
    await rows().first().waitFor();
  });

  it('keeps what is compared, and what was spread out, when the window is loaded again', async () => {
    await Promise.all([window.page.waitForEvent('load'), window.command('Developer: Reload Window')]);
    await heading(/layers differ/).waitFor({ timeout: 60_000 });
    expect(await rows().count()).toBeGreaterThan(5);
    await window.webview.getByRole('region', { name: /^Differences of / }).waitFor();
  });

  it('from the explorer’s menu, a report with its model', async () => {
    await window.command('View: Close All Editors');
    await window.row('lenet.report.json').click({ button: 'right' });
    const item = window.page.getByRole('menuitem', { name: 'Compare With…' });
    await item.waitFor();
    // A menu takes no click right after it opened, lest the click that opened it choose something.
    await window.page.waitForTimeout(500);
    await item.click();
    await window.choose('lenet.onnx');
    await heading('No difference in 5 layers. Both are of one model file.').waitFor();
    await window.webview.getByText('Show 5 layers that are alike').click();
    expect(await rows().count()).toBe(5);
  });

  it('the menu is only on models, reports and plans', async () => {
    await window.row('settings.json').click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Copy Path' }).first().waitFor();
    expect(await window.page.getByRole('menuitem', { name: 'Compare With…' }).count()).toBe(0);
    await window.page.keyboard.press('Escape');
  });

  it('and a file that is damaged is told in one line', async () => {
    await window.command('View: Close All Editors');
    await compareWith(window, 'lenet.onnx', 'broken.report.json');
    await window.webview.getByRole('alert').getByText('damaged report').waitFor();
  });

  it('as CSV', async () => {
    await window.command('View: Close All Editors');
    await compareWith(window, 'lenet.onnx', 'mobilenet.onnx');
    await window.webview.getByRole('button', { name: 'Save as CSV' }).click();
    await window.page.locator('.quick-input-widget input').first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.row('comparison.csv').waitFor();
    expect(readFileSync(path.join(window.folder, 'comparison.csv'), 'utf8')).toMatch(/Layer in A,Layer in B,Match,Differs in,Of,A,B/);
  });

  it('and axe objects to nothing in any theme', async () => {
    const own = await openWindow(browser, { files: files(), size: { width: 1440, height: 900 } });
    await compareWith(own, 'lenet.onnx', 'mobilenet.onnx');
    await own.webview.getByRole('heading', { name: /layers differ/ }).waitFor();
    for (const row of [0, 1]) await own.webview.locator('.layers button.open').nth(row).click();
    await expect.poll(() => own.webview.getByRole('region', { name: /^Differences of / }).count()).toBe(2);
    await inEveryTheme(own, async () => expect(await violations(await activeFrame(own.page))).toEqual([]));
    await own.close();
  }, 180_000);
});
