import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/report/plan.js';
import { lenet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 60_000 };

describe('the keys of the editor', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  const file = (name: string) => path.join(window.folder, name);
  const input = () => window.page.locator('.quick-input-widget input').first();
  const inTable = () => model.rows.nth(1).click({ position: { x: 60, y: 8 } });

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: { 'lenet.onnx': lenet() }, settings: { 'files.autoSave': 'off' } });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  it('ask for a plan', async () => {
    await inTable();
    await window.page.keyboard.press('Shift+Alt+P');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Average bits of weights' }).waitFor(soon);
    await window.page.keyboard.press('Escape');
    await input().waitFor({ state: 'hidden' });
  });

  it('ask what to export as', async () => {
    await inTable();
    await window.page.keyboard.press('Shift+Alt+E');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Quantized ONNX model' }).waitFor(soon);
    await window.page.keyboard.press('Escape');
    await input().waitFor({ state: 'hidden' });
  });

  it('save the plan under a name that is proposed for plans', async () => {
    await inTable();
    await window.page.keyboard.press('Control+Shift+S');
    await expect.poll(() => input().inputValue(), soon).toBe(file('lenet.precision.json'));
    await input().fill(file('other.precision.json'));
    await window.page.keyboard.press('Enter');
    await expect.poll(() => existsSync(file('other.precision.json')), soon).toBe(true);
    const plan = JSON.parse(readFileSync(file('other.precision.json'), 'utf8')) as Plan;
    expect(plan.assignments).toHaveLength(5);
    await expect.poll(() => input().isVisible(), soon).toBe(false);
  });

  it('and VS Code’s own Save As, which proposes the model’s name, ends with a plan file as well', async () => {
    await inTable();
    await window.page.keyboard.press('F2');
    const list = window.webview.getByRole('listbox', { name: /^Scheme of/ });
    await list.waitFor();
    await window.page.keyboard.press('End');
    await window.page.keyboard.press('Enter');
    await list.waitFor({ state: 'hidden' });
    await window.command('File: Save As...');
    await expect.poll(() => input().inputValue(), soon).toBe(file('lenet.onnx'));
    await window.page.keyboard.press('Enter');
    await window.page.getByText('already exists').waitFor(soon);
    await window.page.keyboard.press('Enter');
    const told = window.page.locator('.notification-toast', { hasText: 'lenet.onnx is the model, which is never written over' });
    await told.getByRole('button', { name: 'Save as lenet.precision.json' }).click(soon);
    await expect.poll(() => existsSync(file('lenet.precision.json')), soon).toBe(true);
    expect(readFileSync(file('lenet.onnx')).equals(lenet())).toBe(true);
    expect(await window.page.locator('.notification-toast', { hasText: 'Failed to save' }).count()).toBe(0);
  });
});
