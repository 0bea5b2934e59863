import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { activeFrame } from '../support/vscode/axe.js';
import { lenet } from '../support/vscode/materials.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const slow = { timeout: 60_000 };
const strings = JSON.parse(readFileSync(path.join(inject('window').root, 'webview-ui/l10n/ko.json'), 'utf8')) as Record<string, string>;
const korean = (english: string): string => {
  expect(Object.keys(strings)).toContain(english);
  return strings[english];
};

/** Words that an English sentence or heading of the page has, and that are no name of a format, a method or a unit. */
const english =
  /\b(the|an?|of|and|with|for|from|to|is|are|than|this|that|at|by|in|all|none|layers?|weights?|inputs?|outputs?|suggested|effects?|errors?|causes?|shape|operator|parameters|bits?|plans?|find|run|choose|save|show|graph|outline|search|module|budget|average|size|range|memory|energy|measured|predicted)\b/i;

/** Names of what is in a model, and conditions of a filter. */
const named = /\w+([.:>~/]\S+|:)/g;

/** Every text of the page that is shown or read out, in shadow trees as well. */
const texts = `(() => {
  const found = [];
  const visit = (node) => {
    if (node.nodeType === 3) return found.push(node.data);
    if (node.nodeType === 1) {
      if (['STYLE', 'SCRIPT'].includes(node.tagName)) return;
      if (!node.checkVisibility()) return;
      for (const name of ['aria-label', 'aria-description', 'aria-valuetext', 'aria-roledescription', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '');
      if (node.shadowRoot) visit(node.shadowRoot);
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(document.body);
  return found.map((text) => text.trim()).filter((text) => text !== '');
})()`;

describe('the page in Korean', () => {
  let browser: Browser;
  let window: EditorWindow;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, {
      files: { 'lenet.onnx': lenet() },
      settings: { 'precisionLens.run.samples': 8 },
      size: { width: 1600, height: 1000 },
      language: 'ko',
    });
    await window.open('lenet.onnx');
    await window.webview.getByRole('grid').locator('.body').getByRole('row').nth(4).waitFor(slow);
    await window.webview.getByRole('button', { name: korean('Cancel') }).waitFor({ ...slow, state: 'detached' });
  });
  afterAll(() => browser.close());

  const tab = (name: string) => window.webview.getByRole('tab', { name: korean(name), exact: true });
  async function expectKorean(): Promise<void> {
    const all = await (await activeFrame(window.page)).evaluate<string[]>(texts);
    expect(all.filter((text) => /[가-힣]/.test(text)).length).toBeGreaterThan(20);
    expect(all.filter((text) => english.test(text.replace(named, '')))).toEqual([]);
  }

  it('has no English left in its header, its table and the detail of a layer', async () => {
    await window.webview.getByRole('grid', { name: korean('Layers') }).waitFor();
    await window.webview.getByText(korean('weights alone')).first().waitFor();
    await window.webview
      .getByRole('region', { name: korean('Layer detail') })
      .locator('canvas')
      .nth(1)
      .waitFor(slow);
    await expectKorean();
  });

  it('nor beside effects', async () => {
    await tab('Sensitivity').click();
    await window.webview.getByText(korean('Nothing was run yet')).waitFor();
    await expectKorean();
    await window.command('Precision Lens: 합성 입력으로 실행');
    await window.webview.getByText(korean('{0} synthetic inputs').replace('{0}', '8'), { exact: true }).first().waitFor(slow);
    await window.webview.locator('pl-sensitivity-view canvas').first().waitFor(slow);
    await expectKorean();
  });

  it('nor in a plan', async () => {
    await tab('Plan').click();
    await window.webview.getByRole('button', { name: korean('Find plan') }).click();
    await window.webview.locator('pl-plan-view canvas').first().waitFor(slow);
    await window.webview
      .locator('pl-budget-picker')
      .getByRole('button', { name: korean('Find plan') })
      .waitFor(slow);
    await expectKorean();
  });

  it('nor in the graph', async () => {
    await tab('Graph').click();
    await window.webview.getByRole('application').waitFor(slow);
    await window.webview.getByText(korean('Laying out the graph…')).waitFor({ ...slow, state: 'detached' });
    await window.webview.getByRole('button', { name: korean('Outline') }).click();
    await window.webview.getByRole('treeitem').first().click();
    await expectKorean();
  });
});
