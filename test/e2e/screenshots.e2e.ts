import { mkdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fashion, lenet, mobilenet, resnet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { themes } from '../support/vscode/themes.js';
import { openBrowser, openWindow } from '../support/vscode/window.js';

/** `npm run screenshots` writes them to docs/images. */
const folder = process.env.PRECISION_LENS_SCREENSHOTS ?? path.join(inject('window').root, 'out/screenshots');
const size = { width: 1440, height: 900 };

const files = {
  'lenet5-mnist.onnx': lenet(),
  'classify.py': `import numpy as np
import onnxruntime as ort

session = ort.InferenceSession('lenet5-mnist.onnx')


def classify(images: np.ndarray) -> np.ndarray:
    """Digit of each image, (image - 0.1307) / 0.3081."""
    logits = session.run(['logits'], {'image': images})[0]
    return logits.argmax(axis=1)
`,
};

describe('a picture of', () => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each(themes)('the model’s page in a %s theme', async (kind, theme) => {
    const window = await openWindow(browser, { files, settings: { 'workbench.colorTheme': theme }, size });
    await window.open('lenet5-mnist.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.detail.locator('canvas').nth(1).waitFor();
    await window.page.waitForTimeout(1000); // charts come in with a short movement
    const file = path.join(folder, `editor-${kind}.png`);
    await window.page.screenshot({ path: file });
    expect(statSync(file).size).toBeLessThan(300_000);
    await window.close();
  });

  it.each(themes)('a model that was run, in a %s theme', async (kind, theme) => {
    const window = await openWindow(browser, {
      files: { 'mobilenetv2-fashion.onnx': mobilenet(), ...fashion() },
      settings: { 'workbench.colorTheme': theme, 'precisionLens.run.samples': 200 },
      size,
    });
    await window.open('mobilenetv2-fashion.onnx');
    const page = modelPage(window.webview);
    await page.finished();
    await page.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await page.evidence.getByText('200 of your inputs').waitFor({ timeout: 80_000 });
    await page.detail.locator('canvas').nth(1).waitFor();
    await window.page.waitForTimeout(1000); // charts come in with a short movement
    const file = path.join(folder, `run-${kind}.png`);
    await window.page.screenshot({ path: file });
    expect(statSync(file).size).toBeLessThan(300_000);
    await window.close();
  });

  it.each(themes)('the graph in a %s theme', async (kind, theme) => {
    const window = await openWindow(browser, {
      files: { 'resnet20-fashion.onnx': resnet() },
      settings: { 'workbench.colorTheme': theme },
      size,
    });
    await window.open('resnet20-fashion.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    await window.page.waitForTimeout(1000); // the graph comes in with a short movement
    const file = path.join(folder, `graph-${kind}.png`);
    await window.page.screenshot({ path: file });
    expect(statSync(file).size).toBeLessThan(300_000);
    await window.close();
  });

  it('the views of effects and of a plan in every theme', async () => {
    const window = await openWindow(browser, {
      files: { 'resnet20-fashion.onnx': resnet(), ...fashion() },
      settings: { 'workbench.colorTheme': themes[0][1] },
      size: { width: 1440, height: 1000 },
    });
    await window.open('resnet20-fashion.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('64 of your inputs').waitFor({ timeout: 180_000 });
    const picker = window.webview.locator('pl-budget-picker');
    await picker.getByRole('combobox', { name: 'Kind of budget' }).selectOption({ label: 'energy' });
    await picker.getByRole('button', { name: 'Find plan' }).click();
    await picker.getByRole('button', { name: 'Show plan' }).waitFor({ timeout: 180_000 });
    for (const [kind, theme] of themes) {
      await writeFile(
        path.join(window.folder, '.vscode/settings.json'),
        JSON.stringify({ 'files.exclude': { '.vscode': true }, 'workbench.colorTheme': theme }),
      );
      const body = window.webview.locator(`body.vscode-${kind}`);
      await body.waitFor();
      for (const view of ['Sensitivity', 'Plan'] as const) {
        await model.show(view);
        await window.webview.locator(`pl-${view.toLowerCase()}-view canvas`).first().waitFor();
        await window.page.waitForTimeout(1000); // charts come in with a short movement
        const file = path.join(folder, `${view.toLowerCase()}-${kind}.png`);
        await window.page.screenshot({ path: file });
        expect(statSync(file).size).toBeLessThan(300_000);
      }
    }
    await window.close();
  }, 400_000);

  it('the hover over a string that names a model', async () => {
    const window = await openWindow(browser, {
      files,
      settings: { 'workbench.colorTheme': themes[0][1] },
      size: { width: 1000, height: 560 },
    });
    await window.open('classify.py');
    await window.hover("'lenet5-mnist.onnx'", 'Most sensitive layers');
    await window.page.waitForTimeout(1000); // it fades in
    const file = path.join(folder, 'hover-dark.png');
    await window.page.screenshot({ path: file });
    expect(statSync(file).size).toBeLessThan(300_000);
    await window.close();
  });
});
