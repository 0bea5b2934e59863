import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeFrame, violations } from '../support/vscode/axe.js';
import { lenet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { themes } from '../support/vscode/themes.js';
import { openBrowser, openWindow } from '../support/vscode/window.js';

describe('the page of a model has nothing that axe objects to', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each(themes)('in a %s theme', async (_kind, theme) => {
    const window = await openWindow(browser, {
      files: { 'lenet.onnx': lenet(), 'empty.onnx': '' },
      settings: { 'workbench.colorTheme': theme },
      size: { width: 1440, height: 900 },
    });
    const frame = () => activeFrame(window.page);
    await window.open('lenet.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.rows.first().click();
    await model.detail.locator('pl-clip-lanes').getByRole('button').nth(6).waitFor();
    expect(await violations(await frame())).toEqual([]);
    await model.detail.getByRole('button', { name: 'Save or show as table: Ranges of the channels' }).click();
    await model.detail.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    await model.detail.getByRole('table', { name: 'Ranges of the channels' }).waitFor();
    await model.detail.getByRole('button', { name: 'Save or show as table: Weights and clip range' }).click();
    await model.detail.getByRole('menuitem', { name: 'Save as PNG…' }).waitFor();
    expect(await violations(await frame())).toEqual([]);
    await window.page.keyboard.press('Escape');
    await model.rows.first().click({ position: { x: 60, y: 8 } });
    await window.page.keyboard.press('F2');
    await window.webview.getByRole('listbox', { name: /^Scheme of/ }).waitFor();
    expect(await violations(await frame())).toEqual([]);
    await window.page.keyboard.press('End');
    await window.page.keyboard.press('Enter');
    await window.webview.locator('pl-plan-line').getByText('1 layer changed').waitFor();
    await model.button('Export the plan or a report').click();
    expect(await violations(await frame())).toEqual([]);
    await window.page.keyboard.press('Escape');
    await window.webview.getByRole('button', { name: 'Group by module' }).click();
    await window.webview.getByRole('combobox', { name: 'Filter layers' }).click();
    await window.webview.locator('pl-filter-box').getByRole('option').first().waitFor();
    expect(await violations(await frame())).toEqual([]);
    await window.page.keyboard.press('Escape');
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await model.evidence.getByText('64 synthetic inputs').waitFor();
    expect(await violations(await frame())).toEqual([]);
    await model.show('Sensitivity');
    await window.webview.locator('pl-sensitivity-view canvas').first().waitFor();
    expect(await violations(await frame())).toEqual([]);
    await window.webview.getByRole('button', { name: 'Find plan' }).click();
    await model.show('Plan');
    await window.webview.locator('pl-plan-view canvas').first().waitFor();
    expect(await violations(await frame())).toEqual([]);
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    await model.graph.items.first().click();
    expect(await violations(await frame())).toEqual([]);
    await window.open('empty.onnx');
    await modelPage(window.webview).problem.waitFor();
    expect(await violations(await frame())).toEqual([]);
    await window.close();
  });
});
