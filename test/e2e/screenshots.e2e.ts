import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fashion, lenet, mobilenet, resnet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { inEveryTheme, themes } from '../support/vscode/themes.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

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

  /** Taken once movements have ended. */
  async function picture(window: EditorWindow, name: string): Promise<void> {
    await window.page.waitForTimeout(1000);
    const file = path.join(folder, `${name}.png`);
    await window.page.screenshot({ path: file });
    expect(statSync(file).size).toBeLessThan(300_000);
  }

  it('the model’s page in every theme', async () => {
    const window = await openWindow(browser, { files, size });
    await window.open('lenet5-mnist.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await inEveryTheme(window, async (kind) => {
      await model.detail.locator('canvas').nth(1).waitFor();
      await picture(window, `editor-${kind}`);
    });
    await window.close();
  }, 180_000);

  it('a model that was run, in every theme', async () => {
    const window = await openWindow(browser, {
      files: { 'mobilenetv2-fashion.onnx': mobilenet(), ...fashion() },
      settings: { 'precisionLens.run.samples': 200 },
      size,
    });
    await window.open('mobilenetv2-fashion.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('200 of your inputs').waitFor({ timeout: 180_000 });
    await inEveryTheme(window, async (kind) => {
      await model.detail.locator('canvas').nth(1).waitFor();
      await picture(window, `run-${kind}`);
    });
    await window.close();
  }, 300_000);

  it('the views of effects, of a plan and of the graph in every theme', async () => {
    const window = await openWindow(browser, {
      files: { 'resnet20-fashion.onnx': resnet(), ...fashion() },
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
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    await inEveryTheme(window, async (kind) => {
      for (const view of ['Sensitivity', 'Plan'] as const) {
        await model.show(view);
        await window.webview.locator(`pl-${view.toLowerCase()}-view canvas`).first().waitFor();
        await picture(window, `${view.toLowerCase()}-${kind}`);
      }
      await model.show('Graph');
      await picture(window, `graph-${kind}`);
    });
    await window.close();
  }, 400_000);

  it('a comparison in every theme', async () => {
    const window = await openWindow(browser, { files: { 'lenet5-mnist.onnx': lenet(), 'mobilenetv2-fashion.onnx': mobilenet() }, size });
    await window.open('lenet5-mnist.onnx');
    await modelPage(window.webview).finished();
    await window.command('Precision Lens: Compare With…');
    await window.choose('mobilenetv2-fashion.onnx');
    await window.webview.getByRole('heading', { name: /layers differ/ }).waitFor();
    await window.webview.locator('.layers button.open').first().click();
    await window.webview.getByRole('region', { name: /^Differences of / }).waitFor();
    await inEveryTheme(window, (kind) => picture(window, `compare-${kind}`));
    await window.close();
  }, 180_000);

  it('the hover over a string that names a model', async () => {
    const window = await openWindow(browser, {
      files,
      settings: { 'workbench.colorTheme': themes[0][1] },
      size: { width: 1000, height: 560 },
    });
    await window.open('classify.py');
    await window.hover("'lenet5-mnist.onnx'", 'Most sensitive layers');
    await picture(window, 'hover-dark');
    await window.close();
  });
});
