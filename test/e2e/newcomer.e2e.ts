import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resnet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 15_000 };
const worst = '/layer3/layer3.2/conv2/Conv';

/** What the README tells a newcomer to do: find the worst layer of a sample, learn why it is, fix it, and take the model along. */
describe('a newcomer', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const start = (): Promise<EditorWindow> =>
    openWindow(browser, {
      files: { 'resnet20-fashion.onnx': resnet() },
      settings: { 'files.autoSave': 'off' },
      size: { width: 1500, height: 1100 },
    });

  const learns = async (model: ModelPage): Promise<void> => {
    await model.finished();
    for (const text of [worst, 'a symmetric grid leaves 22.6 % of its codes unused', 'A zero point gains 2.9 dB at 4 bits.'])
      await model.detail.getByText(text).first().waitFor(soon);
  };

  const isFixed = async ({ webview }: EditorWindow): Promise<void> => {
    await expect
      .poll(() => webview.locator('pl-plan-line p').first().innerText(), soon)
      .toMatch(/Your plan: 1 layer changed · .*not saved/s);
    const row = webview.locator('pl-layer-table').getByRole('row').filter({ hasText: 'Your choice:' });
    await expect.poll(() => row.innerText(), soon).toMatch(/uint6\/channel\/mse.*31\.0/s);
    await webview.locator('pl-findings-list').getByText('In your plan').waitFor();
  };

  const isExported = async ({ page, folder }: EditorWindow): Promise<void> => {
    const input = page.locator('.quick-input-widget input').first();
    await expect.poll(() => input.inputValue(), soon).toMatch(/resnet20-fashion\.qdq\.onnx$/);
    await page.keyboard.press('Enter');
    await page.locator('.notification-toast', { hasText: 'resnet20-fashion.qdq.onnx is written' }).waitFor({ timeout: 30_000 });
    const session = await InferenceSession.create(readFileSync(path.join(folder, 'resnet20-fashion.qdq.onnx')));
    const image = new Tensor('float32', new Float32Array(784).fill(0.5), [1, 1, 28, 28]);
    const results = await session.run({ [session.inputNames[0]]: image });
    expect(Array.from(results[session.outputNames[0]].data as Float32Array).every(Number.isFinite)).toBe(true);
  };

  const isSaved = async ({ page, folder, tab }: EditorWindow): Promise<void> => {
    await page.keyboard.press('Control+s');
    await expect.poll(() => tab('resnet20-fashion.onnx').getAttribute('class'), soon).not.toMatch(/\bdirty\b/);
    expect(readFileSync(path.join(folder, 'resnet20-fashion.precision.json'), 'utf8')).toContain('"uint6/channel/mse"');
  };

  it('gets there by mouse', async () => {
    const window = await start();
    await window.open('resnet20-fashion.onnx');
    const model = modelPage(window.webview);
    await learns(model);
    await model.detail.getByRole('button', { name: /^Apply: uint6/ }).click();
    await isFixed(window);
    await isSaved(window);
    await model.button('Export the plan or a report').click();
    await window.webview.getByRole('menuitem', { name: 'Quantized ONNX model' }).click();
    await isExported(window);
    await window.close();
  });

  it('gets there by keyboard', async () => {
    const window = await start();
    const { page } = window;
    await window.command('Precision Lens: Analyze Model');
    await window.choose('resnet20-fashion.onnx');
    await window.tab('resnet20-fashion.onnx').waitFor();
    const model = modelPage(window.webview);
    await learns(model);
    const tabTo = async (what: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        if ((await window.webview.locator(`${what}:focus`).count()) > 0) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`the Tab key does not lead to ${what}`);
    };
    await window.command('View: Focus Active Editor Group');
    await tabTo('#grid');
    await page.keyboard.press('Enter');
    await tabTo('pl-findings-list vscode-button');
    await page.keyboard.press('Enter');
    await isFixed(window);
    await isSaved(window);
    await window.command('Precision Lens: Export');
    await window.choose('Quantized ONNX model');
    await isExported(window);
    await window.close();
  });
});
