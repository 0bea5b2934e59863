import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/report/plan.js';
import { floats, modelBytes, wave } from '../unit/exporters/qdq/build.js';
import { lenet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 15_000 };

/** A chain of convolutions with these names. */
const namedModel = (names: readonly string[]): Uint8Array =>
  modelBytes({
    nodes: names.map((name, i) => ({ op: 'Conv', name, inputs: [`v${i}`, `w${i}`], outputs: [`v${i + 1}`] })),
    constants: Object.fromEntries(names.map((_, i) => [`w${i}`, floats([4, 4, 1, 1], wave(16, 1 + i))])),
    inputs: { v0: { shape: [1, 4, 3, 3] } },
    outputs: [`v${names.length}`],
  });

describe('the user’s plan', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, {
      files: { 'lenet.onnx': lenet(), 'notes.txt': 'x' },
      settings: { 'files.autoSave': 'off' },
      size: { width: 1500, height: 1000 },
    });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  const file = (name: string) => path.join(window.folder, name);
  const plan = (): Plan => JSON.parse(readFileSync(file('lenet.precision.json'), 'utf8')) as Plan;
  /** What VS Code keeps of documents that are not saved. */
  const backups = (): string[] => {
    const kept = path.resolve(window.folder, '../../data/User/workspaceStorage');
    return readdirSync(kept, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('precision-lens') && name.endsWith('.json'))
      .map((name) => readFileSync(path.join(kept, name), 'utf8'));
  };
  const list = () => window.webview.getByRole('listbox', { name: /^Scheme of/ });
  const scheme = (text: string) => list().getByRole('option').filter({ hasText: text }).first();
  const suggested = (row: number) => model.column('Suggested').then((texts) => texts[row]);
  const planLine = () => window.webview.locator('pl-plan-line p').first();
  const dirty = () =>
    window
      .tab('lenet.onnx')
      .getAttribute('class')
      .then((classes) => classes!.split(' ').includes('dirty'));
  /** At the name of the layer: further right there is a button. */
  const choose = (row: number, modifiers: ('Shift' | 'Control')[] = []) =>
    model.rows.nth(row).click({ modifiers, position: { x: 60, y: 8 } });
  const setByKeyboard = async (move: () => Promise<void>): Promise<void> => {
    await window.page.keyboard.press('F2');
    await list().waitFor();
    // the model was not run: there is nothing to tell of its outputs
    expect(await list().locator('.head .outputs').first().isVisible()).toBe(false);
    await move();
    await window.page.keyboard.press('Enter');
    await list().waitFor({ state: 'hidden' });
  };

  it('is changed by the keyboard alone: F2, the arrows, Enter; undo and redo go back and forth', async () => {
    await choose(0);
    const before = await suggested(0);
    const byBits = () => model.rows.first().locator('.heat.tint').allInnerTexts();
    const strip = await byBits();
    expect(strip).toHaveLength(7);
    await setByKeyboard(() => window.page.keyboard.press('End'));
    await expect.poll(() => suggested(0), soon).toContain('float');
    // what bits would cost stays known of a layer that takes none
    expect(await byBits()).toEqual(strip);
    expect(await model.rows.first().innerText()).toContain('Your choice:');
    await expect.poll(() => planLine().innerText(), soon).toMatch(/Your plan: 1 layer changed · [\d.]+ KiB · [\d.]+ bits · .*not saved/s);
    await expect.poll(dirty, soon).toBe(true);
    await window.page.keyboard.press('Control+z');
    await expect.poll(() => suggested(0), soon).toBe(before);
    await expect.poll(dirty, soon).toBe(false);
    await window.page.keyboard.press('Control+y');
    await expect.poll(() => suggested(0), soon).toContain('float');
  });

  it('is changed by the mouse, for several layers at once, and put back to the suggestion', async () => {
    const before = [await suggested(1), await suggested(2)];
    await choose(1);
    await choose(2, ['Shift']);
    await model.rows
      .nth(2)
      .getByRole('button', { name: /^Change the scheme/ })
      .click();
    await scheme('int8/channel/mse').click();
    await expect
      .poll(() => Promise.all([suggested(1), suggested(2)]), soon)
      .toEqual([expect.stringContaining('int8/channel/mse'), expect.stringContaining('int8/channel/mse')]);
    await expect.poll(() => planLine().innerText(), soon).toContain('3 layers changed');
    await model.rows
      .nth(2)
      .getByRole('button', { name: /^Change the scheme/ })
      .click();
    await scheme('Back to the suggestion').click();
    await expect.poll(() => Promise.all([suggested(1), suggested(2)]), soon).toEqual(before);
    await expect.poll(() => planLine().innerText(), soon).toContain('1 layer changed');
  });

  it('is saved beside the model, which stays as it is, and read again', async () => {
    await window.page.keyboard.press('Control+s');
    await expect.poll(dirty, soon).toBe(false);
    await expect.poll(() => existsSync(file('lenet.precision.json')), soon).toBe(true);
    expect(plan().assignments[0]).toMatchObject({ weight: null, chosen: ['weight'] });
    expect(readFileSync(file('lenet.onnx')).equals(lenet())).toBe(true);
    await window.row('lenet.precision.json').waitFor();
    await window.command('View: Close All Editors');
    await window.open('lenet.onnx');
    await model.finished();
    await expect.poll(() => suggested(0), soon).toContain('float');
    await window.webview.getByText('Taken from lenet.precision.json').waitFor();
  });

  it('is kept over a reload of the window though it is not saved', async () => {
    await choose(3);
    await setByKeyboard(() => window.page.keyboard.press('End'));
    await expect.poll(dirty, soon).toBe(true);
    // VS Code asks for a backup a second or two after an edit
    await expect.poll(() => backups().some((text) => text.includes('{"layer":"/fc2/Gemm","weight":null}')), soon).toBe(true);
    await Promise.all([window.page.waitForEvent('load'), window.command('Developer: Reload Window')]);
    await model.rows.first().waitFor({ timeout: 60_000 });
    await model.finished();
    await expect.poll(() => model.rows.nth(3).innerText(), { timeout: 30_000 }).toContain('float');
    await expect.poll(() => planLine().innerText(), soon).toContain('not saved');
    expect(await dirty()).toBe(true);
  });

  it('is exported as a model that ONNX Runtime runs', async () => {
    await model.button('Export the plan or a report').click();
    await window.webview.getByRole('menuitem', { name: 'Quantized ONNX model' }).click();
    const input = window.page.locator('.quick-input-widget input').first();
    await expect.poll(() => input.inputValue(), soon).toMatch(/lenet\.qdq\.onnx$/);
    await window.page.keyboard.press('Enter');
    await window.page.locator('.notification-toast', { hasText: 'lenet.qdq.onnx is written' }).waitFor({ timeout: 30_000 });
    const run = async (bytes: Uint8Array): Promise<Float32Array> => {
      const session = await InferenceSession.create(bytes);
      const [name] = session.inputNames;
      const image = new Tensor(
        'float32',
        Float32Array.from({ length: 784 }, (_, i) => Math.abs(Math.sin(i))),
        [1, 1, 28, 28],
      );
      const results = await session.run({ [name]: image });
      return results[session.outputNames[0]].data as Float32Array;
    };
    const [float, quantized] = [await run(lenet()), await run(readFileSync(file('lenet.qdq.onnx')))];
    const noise = float.reduce((sum, value, i) => sum + (value - quantized[i]) ** 2, 0);
    const signal = float.reduce((sum, value) => sum + value ** 2, 0);
    expect(noise).toBeGreaterThan(0);
    expect(10 * Math.log10(signal / noise)).toBeGreaterThan(10);
    expect(readFileSync(file('lenet.qdq.onnx')).length).toBeLessThan(lenet().length);
  });

  it('is not exported over the model', async () => {
    await window.command('Precision Lens: Export');
    await window.choose('Quantized ONNX model');
    const input = window.page.locator('.quick-input-widget input').first();
    await expect.poll(() => input.inputValue(), soon).toMatch(/lenet\.qdq\.onnx$/);
    await input.fill(file('lenet.onnx'));
    await window.page.keyboard.press('Enter');
    await window.page.getByText('already exists').waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.notification-toast', { hasText: 'is the model itself' }).waitFor(soon);
    expect(readFileSync(file('lenet.onnx')).equals(lenet())).toBe(true);
  });
});

describe('a plan for a model with hostile names', () => {
  it('says them as text, and is undone', async () => {
    const browser = await openBrowser();
    const names = ['</script><b>bold</b>', '\u202eevil\u2066', `long ${'x'.repeat(10_000)}`];
    const window = await openWindow(browser, { files: { 'names.onnx': namedModel(names) }, settings: { 'files.autoSave': 'off' } });
    await window.open('names.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    for (const [row] of names.entries()) {
      await model.rows.nth(row).click({ position: { x: 60, y: 8 } });
      await window.page.keyboard.press('F2');
      const list = window.webview.getByRole('listbox', { name: /^Scheme of/ });
      await list.waitFor();
      expect(await window.webview.locator('pl-scheme-picker b').count()).toBe(0);
      await window.page.keyboard.press('End');
      await window.page.keyboard.press('Enter');
      await list.waitFor({ state: 'hidden' });
    }
    await expect.poll(() => window.webview.locator('pl-plan-line p').first().innerText(), soon).toContain('3 layers changed');
    await window.page.keyboard.press('Control+s');
    await expect.poll(() => existsSync(path.join(window.folder, 'names.precision.json')), soon).toBe(true);
    const saved = JSON.parse(readFileSync(path.join(window.folder, 'names.precision.json'), 'utf8')) as Plan;
    expect(saved.assignments.map(({ layer }) => layer)).toEqual(names);
    await browser.close();
  });
});
