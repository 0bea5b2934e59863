import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { activeFrame } from '../support/vscode/axe.js';
import { hostileModel } from '../support/vscode/hostileModel.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

/** What is seen of a name that is a script. */
const markup = /<\/script>/;
const slow = { timeout: 60_000 };

describe('names that are scripts, run from right to left or have ten thousand characters', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, {
      files: { 'hostile.onnx': hostileModel(), 'other.onnx': hostileModel(24, 'b') },
      settings: { 'precisionLens.run.samples': 8 },
      size: { width: 1440, height: 900 },
    });
    await window.open('hostile.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  // In every view: nothing of the names was run, and the page is no wider than its window.
  afterEach(async () => {
    const frame = await activeFrame(window.page);
    expect(await frame.title()).not.toContain('ran:');
    expect(await frame.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });

  it('are text in the table, and each keeps its row’s height', async () => {
    expect(await model.rows.count()).toBe(3);
    await model.rows.getByText(markup).first().waitFor();
    const heights = await model.rows.evaluateAll((rows) =>
      rows.map((row) => (row as unknown as { getBoundingClientRect(): { height: number } }).getBoundingClientRect().height),
    );
    expect(new Set(heights).size).toBe(1);
  });

  it('are text in the detail of a layer', async () => {
    await model.rows.first().click();
    await model.detail.getByText(markup).first().waitFor();
    await model.rows.nth(2).click();
    await model.detail.getByText('longlong').first().waitFor();
    for (const heading of await model.detail.getByRole('heading').allInnerTexts()) expect(heading.length).toBeLessThan(400);
  });

  it('are text beside effects', async () => {
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await model.evidence.getByText('8 synthetic inputs').waitFor(slow);
    await model.show('Sensitivity');
    const view = window.webview.locator('pl-sensitivity-view');
    await view.locator('canvas').first().waitFor(slow);
    await view
      .getByRole('button', { name: /^Save or show as table/ })
      .first()
      .click();
    await view.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    await view.getByRole('table').getByText(markup).first().waitFor();
  });

  it('are text in a plan', async () => {
    await window.webview.getByRole('button', { name: 'Find plan' }).click();
    await model.show('Plan');
    await window.webview.locator('pl-plan-view canvas').first().waitFor(slow);
    await window.webview
      .locator('pl-plan-view')
      .getByText(markup)
      .first()
      .waitFor({ ...slow, state: 'attached' });
  });

  it('are text in the graph and its outline', async () => {
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    await model.graph.items.getByText(markup).first().waitFor();
  });

  it('are text in a comparison, with the figures beside them in sight', async () => {
    await window.command('Precision Lens: Compare With…');
    await window.choose('other.onnx');
    await window.webview.getByRole('heading', { name: /layers differ/ }).waitFor(slow);
    await window.webview.locator('.layers').getByText(markup).first().waitFor();
    const open = window.webview.locator('.layers button.open');
    for (let row = (await open.count()) - 1; row >= 0; row--) await open.nth(row).click();
    const details = window.webview.getByRole('region', { name: /^Differences of / });
    await expect.poll(() => details.count()).toBe(3);
    for (const region of await details.all()) {
      expect((await region.innerText()).length).toBeLessThan(4000);
      const overflow = await region.evaluate((element) => {
        const { scrollWidth, clientWidth } = element as unknown as { scrollWidth: number; clientWidth: number };
        return scrollWidth - clientWidth;
      });
      expect(overflow).toBe(0);
    }
  });
});
