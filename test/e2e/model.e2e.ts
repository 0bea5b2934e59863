import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerReport, Report } from '../../src/report/types.js';
import { openAnalyzed } from '../support/vscode/analyzedModel.js';
import { paintedColours } from '../support/vscode/canvas.js';
import { lenet } from '../support/vscode/materials.js';
import type { ModelPage } from '../support/vscode/modelPage.js';
import type { EditorWindow } from '../support/vscode/window.js';

const decibels = ({ advice }: LayerReport): string => (advice?.sqnrDb === null || !advice ? '∞' : advice.sqnrDb.toFixed(1));

describe('a model opened from the explorer', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;

  beforeAll(async () => {
    ({ browser, window, model, report } = await openAnalyzed({ 'lenet.onnx': lenet() }, { width: 1600, height: 900 }));
  });
  afterAll(() => browser.close());

  /** Names of the layers, top to bottom. */
  const shownLayers = async (): Promise<string[]> => (await model.cells()).map((cells) => cells[1]);

  it('shows the figures of the command line', async () => {
    const { layers } = report;
    expect(await model.column('Layer')).toEqual(layers.map(({ name }) => name));
    expect(await model.column('Operator')).toEqual(layers.map(({ op }) => op));
    expect(await model.column('Parameters')).toEqual(layers.map(({ parameters }) => parameters.toLocaleString('en-US')));
    expect(await model.column('Suggested')).toEqual(layers.map(({ advice }) => advice?.scheme));
    for (const clip of await model.column('Clip range')) expect(clip).toMatch(/^\[.+, .+\]$/);
    expect(await model.column('SQNR')).toEqual(layers.map(decibels));
  });

  it('tells what the file is and what the figures rest on', async () => {
    const header = window.webview.locator('pl-model-header header');
    const text = await header.innerText();
    expect(text).toContain('lenet.onnx');
    expect(text).toContain(report.model.parameters.toLocaleString('en-US'));
    expect(text).toMatch(/weights/i);
  });

  it('sorts by a column that is clicked, the other way round on the second click, and back on the third', async () => {
    const inOrder = report.layers.map(({ name }) => name);
    const bySize = [...report.layers].sort((a, b) => b.parameters - a.parameters).map(({ name }) => name);
    const header = model.header('Parameters');
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await shownLayers()).toEqual(bySize);
    await header.getByRole('button').click();
    expect(await shownLayers()).toEqual([...bySize].reverse());
    await header.getByRole('button').click();
    expect(await shownLayers()).toEqual(inOrder);
  });

  it('sorts from the keyboard', async () => {
    const header = model.header('SQNR');
    const byError = [...report.layers]
      .sort((a, b) => (a.advice?.sqnrDb ?? Infinity) - (b.advice?.sqnrDb ?? Infinity))
      .map(({ name }) => name);
    await header.getByRole('button').focus();
    await window.page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await shownLayers()).toEqual(byError);
    await window.page.keyboard.press('Enter');
    await window.page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('none');
  });

  it('chooses layers by click and by arrow keys, and shows the chosen one’s details', async () => {
    await model.rows.nth(1).click();
    expect(await model.chosen.getAttribute('aria-rowindex')).toBe('3');
    await model.detail.getByText(report.layers[1].name).first().waitFor();
    await window.page.keyboard.press('ArrowDown');
    expect(await model.chosen.getAttribute('aria-rowindex')).toBe('4');
    await model.detail.getByText(report.layers[2].name).first().waitFor();
    await window.page.keyboard.press('End');
    expect(await model.chosen.getAttribute('aria-rowindex')).toBe(String(report.layers.length + 1));
  });

  it('draws the histogram and the curve of the chosen layer', async () => {
    const charts = model.detail.locator('canvas');
    await charts.nth(1).waitFor();
    expect(await charts.count()).toBeGreaterThanOrEqual(2);
    for (const chart of await charts.all()) await expect.poll(() => paintedColours(chart), { timeout: 10_000 }).toBeGreaterThan(2);
  });
});
