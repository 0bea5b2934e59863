import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeFrame, violations } from '../support/vscode/axe.js';
import { resnet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const views = ['Layers', 'Sensitivity', 'Plan', 'Graph'] as const;

describe('the page of a model, whatever room it has', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: { 'resnet.onnx': resnet() }, size: { width: 1280, height: 800 } });
    await window.open('resnet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    await window.command('View: Toggle Primary Side Bar Visibility');
  });
  afterAll(() => browser.close());

  const width = async () => (await activeFrame(window.page)).evaluate<number>('innerWidth');
  /** Makes the webview as wide as asked for. */
  async function resize(wanted: number): Promise<void> {
    const around = window.page.viewportSize()!.width - (await width());
    await window.page.setViewportSize({ width: wanted + around, height: 800 });
    await expect.poll(width, { timeout: 30_000 }).toBe(wanted);
  }
  /** Nothing is to be reached only by scrolling the page sideways, and axe objects to nothing. */
  async function fits(): Promise<void> {
    for (const view of views) {
      await model.show(view);
      const frame = await activeFrame(window.page);
      await expect
        .poll(() => frame.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth'), {
          message: view,
        })
        .toBe(0);
      expect(await violations(frame), view).toEqual([]);
    }
    await model.show('Layers');
    await model.rows.first().waitFor();
  }

  it('fits 640 CSS pixels: a window of 1,280 at 200 %', async () => {
    await resize(640);
    await fits();
  });

  it('fits 320 CSS pixels', async () => {
    await resize(320);
    await fits();
  });

  it('fits 2,560 CSS pixels: a window of 1,280 at 50 %', async () => {
    await resize(2560);
    await fits();
  });

  it('folds what is said of the model as a whole where the window is low', async () => {
    const facts = window.webview.getByText('Layer weights:');
    const more = window.webview.getByText('More about the model as a whole');
    await window.page.setViewportSize({ width: 1280, height: 700 });
    await more.waitFor();
    expect(await facts.isVisible()).toBe(false);
    await more.click();
    await facts.waitFor();
    await window.page.setViewportSize({ width: 1280, height: 1000 });
    await more.waitFor({ state: 'detached' });
    await facts.waitFor();
  });
});
