import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Comparison } from '../../src/report/compare/compare.js';
import { writeChange, writeValue } from '../../src/report/compare/text.js';
import type { Report } from '../../src/report/types.js';
import { commandLineReport } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

// scripts/materials.mjs fetches them
const ocr = (name: string) => path.join(inject('window').root, '.materials/ocr-models/assets', name);
const recognizer = ocr('ch_PP-OCRv4_rec_infer.onnx');
const classifier = ocr('ch_ppocr_mobile_v2.0_cls_infer.onnx');
const detector = ocr('ch_PP-OCRv4_det_infer.onnx');

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

describe('a classifier of the direction of text that others made, 0.6 MB', () => {
  const slow = { timeout: 120_000 };
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, {
      files: { 'classifier.onnx': readFileSync(classifier), 'detector.onnx': readFileSync(detector) },
      settings: { 'precisionLens.run.samples': 1 },
      size: { width: 1600, height: 1000 },
    });
    await window.open('classifier.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  it('is compared with the model that finds the text, as the command line does', async () => {
    await window.command('Precision Lens: Compare With…');
    await window.choose('detector.onnx');
    const cli = path.join(inject('window').installed, 'dist/cli.js');
    const args = [cli, 'compare', classifier, detector, '--json', '-'];
    const { different, layers, totals } = JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 }),
    ) as Comparison;
    const { webview } = window;
    await webview.getByRole('heading', { name: `${different} of ${layers.length} layers differ` }).waitFor(slow);
    const words = { exact: 'exact', asIs: 'as it is' };
    const written = (all: readonly Pick<Comparison['totals'][number], 'a' | 'b' | 'unit'>[]) =>
      all.flatMap(({ a, b, unit }) => [writeValue(a, unit, words), writeValue(b, unit, words), writeChange(a, b, unit)]);
    const whole = webview.getByRole('region', { name: 'Both as a whole' });
    const numbers = totals.filter(({ a, b }) => typeof a === 'number' && typeof b === 'number');
    expect(numbers.length).toBeGreaterThan(3);
    const shown = await whole.locator('td').allInnerTexts();
    expect(shown).toEqual(expect.arrayContaining(written(numbers)));
    const matched = layers.findIndex(({ a, b, differences }) => a && b && differences.length > 3);
    await webview.locator('.layers > tbody > tr.row').nth(matched).getByRole('button').click();
    const details = webview.getByRole('region', { name: /^Differences of / });
    expect(await details.locator('td').allInnerTexts()).toEqual(written(layers[matched].differences));
    await window.command('View: Close All Editors');
  }, 180_000);

  it('is run, and its layers have the effects that the command line finds, in the table and by layer', async () => {
    await window.open('classifier.onnx');
    await model.finished();
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await model.evidence.getByText('1 synthetic input', { exact: true }).waitFor(slow);
    const flags = ['--evidence', 'synthetic', '--samples', '1', '--target', 'weights,activations'];
    const { layers } = commandLineReport(classifier, ...flags);
    const decibels = (value: number | null) => (value === null ? '∞' : value.toFixed(1));
    const effects = await model.column('At outputs');
    expect(effects.length).toBeGreaterThan(5);
    expect(effects).toEqual(
      layers.slice(0, effects.length).map(({ advice, sensitivity }) => {
        const { how, outputSqnrDb } = sensitivity.find(({ scheme, target }) => target === 'weight' && scheme === advice!.scheme)!;
        return `${how === 'predicted' ? '≈' : ''}${decibels(outputSqnrDb)}`;
      }),
    );
    await model.show('Sensitivity');
    const bars = window.webview.locator('pl-sensitivity-view pl-layer-bars').first();
    await window.webview.locator('pl-sensitivity-view').getByRole('combobox', { name: 'Scheme' }).selectOption('int4/channel/mse');
    await bars.getByRole('button', { name: /^Save or show as table/ }).click();
    await bars.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const cells = bars.locator('tbody td');
    await cells.first().waitFor(slow);
    expect(await cells.allInnerTexts()).toEqual(
      layers.flatMap(({ sensitivity }) =>
        (
          [
            ['weight', 'int4/channel/mse'],
            ['activation', 'uint4/tensor/minmax'],
          ] as const
        ).flatMap(([target, scheme]) => {
          const effect = sensitivity.find((one) => one.target === target && one.scheme === scheme);
          return effect ? [decibels(effect.outputSqnrDb), effect.how] : ['–', '–'];
        }),
      ),
    );
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    const known = new Map(layers.map(({ name, advice }) => [name, advice!.bits]));
    const ofLayers = (await model.graph.suggestedBits()).filter(([name]) => known.has(name));
    expect(ofLayers.length).toBeGreaterThan(5);
    expect(ofLayers).toEqual(ofLayers.map(([name]) => [name, known.get(name)]));
  }, 300_000);
});
