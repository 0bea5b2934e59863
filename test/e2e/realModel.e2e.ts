import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Report } from '../../src/report/types.js';
import { commandLineReport } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

// scripts/materials.mjs fetches it
const recognizer = path.join(inject('window').root, '.materials/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx');

describe('a text recognizer that others made, 10.8 MB', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;

  beforeAll(async () => {
    report = commandLineReport(recognizer);
    browser = await openBrowser();
    window = await openWindow(browser, { files: { 'recognizer.onnx': readFileSync(recognizer) }, size: { width: 1700, height: 900 } });
    await window.open('recognizer.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  it('has a row for every layer, of which only those in sight are in the document', async () => {
    expect(await model.grid.getAttribute('aria-rowcount')).toBe(String(report.layers.length + 1));
    expect(await model.rows.count()).toBeLessThan(report.layers.length);
  });

  it('shows the figures of the command line down to the last layer', async () => {
    await model.rows.first().click();
    await window.page.keyboard.press('End');
    const last = report.layers[report.layers.length - 1];
    const texts = (await model.chosen.getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
    expect(texts).toEqual(
      expect.arrayContaining([String(report.layers.length), last.op, last.advice?.scheme, last.advice?.sqnrDb?.toFixed(1)]),
    );
  });

  it('tells what clipping does to a layer of it as the command line does', async () => {
    const { scheme } = report.layers[report.layers.length - 1].advice!;
    const format = scheme.split('/')[0];
    const clipped = commandLineReport(recognizer, '--formats', format, '--granularity', 'tensor', '--clip', 'minmax,mse');
    const { errors } = clipped.layers[clipped.layers.length - 1];
    const kept = (method: string) => `${errors.find(({ scheme }) => scheme === `${format}/tensor/${method}`)!.sqnrDb!.toFixed(1)} dB`;
    const lane = (name: string) =>
      model.detail
        .locator('pl-clip-lanes')
        .first()
        .getByRole('button', { name: new RegExp(`^${name}`) });
    await expect.poll(() => lane('MSE').innerText(), { timeout: 30_000 }).toContain(kept('mse'));
    expect(await lane('min–max').innerText()).toContain(kept('minmax'));
  });

  it('finds layers by what is typed into the filter', async () => {
    const matmuls = report.layers.filter(({ op }) => op === 'MatMul').length;
    await window.webview.getByRole('combobox', { name: 'Filter layers' }).fill('matmul');
    await expect.poll(() => model.grid.getAttribute('aria-rowcount')).toBe(String(matmuls + 1));
  });
});
