import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerReport, Report } from '../../src/report/types.js';
import { commandLineReport, lenetWithInputs } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

/** Effect of the suggestion on the outputs, as the table shows it. */
const shownEffect = ({ advice, sensitivity }: LayerReport): string => {
  const effect = sensitivity.find(({ scheme, target }) => target === 'weight' && scheme === advice!.scheme)!;
  return `${effect.how === 'predicted' ? '≈' : ''}${effect.outputSqnrDb === null ? '∞' : effect.outputSqnrDb.toFixed(1)}`;
};

describe('a model that is run', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;
  const pathOf = (file: string) => path.join(window.folder, file);

  beforeAll(async () => {
    browser = await openBrowser();
    const files = lenetWithInputs();
    window = await openWindow(browser, {
      files: { ...files, 'numbers.npy': files['test-labels.npy'] },
      size: { width: 1600, height: 900 },
    });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    const given = ['--inputs', pathOf('test-images.npz'), '--labels', pathOf('test-labels.npy')];
    report = commandLineReport(pathOf('lenet.onnx'), ...given, '--target', 'weights,activations');
  });
  afterAll(() => browser.close());

  it('is not run before somebody asks for it', async () => {
    expect(await model.evidence.innerText()).toBe('weights alone');
    expect(await model.header('At outputs').count()).toBe(0);
  });

  it('takes inputs and labels that lie beside it, and then shows the figures of the command line', async () => {
    await model.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('64 of your inputs').waitFor();
    expect(await model.column('At outputs')).toEqual(report.layers.map(shownEffect));
    const { correct, samples } = report.run!.accuracy!;
    await window.webview.getByText(`In float the model is right on ${correct} of ${samples} samples`).waitFor();
  });

  it('tells of a layer what its schemes cost, what makes it hard, and what flows through it', async () => {
    const layer = report.layers[1];
    await model.rows.nth(1).click();
    const effects = model.detail.getByRole('region', { name: 'Effect on the outputs by scheme' });
    await effects.waitFor();
    expect(await effects.locator('tbody tr:not(.group)').count()).toBe(layer.sensitivity.length);
    for (const { remedy } of layer.findings!) await model.detail.getByText(remedy, { exact: true }).first().waitFor();
    const activations = model.detail.getByRole('region', { name: 'Activations' });
    expect(await activations.innerText()).toContain(layer.activationStats!.input!.elements.toLocaleString('en-US'));
  });

  it('sorts by what layers cost the outputs', async () => {
    await model.header('At outputs').getByRole('button').click();
    const decibels = (await model.column('At outputs')).map((text) => Number(text.replace('≈', '')));
    expect(decibels).toEqual([...decibels].sort((a, b) => a - b));
  });

  it('goes back to the weights from the palette', async () => {
    await window.command('Precision Lens: Back to Weights');
    await model.evidence.getByText('weights alone').waitFor();
    expect(await model.header('At outputs').count()).toBe(0);
  });

  it('remembers its inputs when it is opened again', async () => {
    await window.command('View: Close All Editors');
    await window.open('lenet.onnx');
    await model.button('Run with test-images.npz').click();
    await model.evidence.getByText('64 of your inputs').waitFor();
  });

  it('says in one line what is wrong with inputs, keeps what it has, and takes others', async () => {
    await model.button('Other inputs…').click();
    await window.choose('numbers.npy');
    await window.choose('No labels');
    const line = window.webview.getByRole('alert');
    await line.getByText('"image"').waitFor();
    expect((await line.innerText()).trim().split('\n')).toHaveLength(1);
    expect(await model.evidence.innerText()).toBe('64 of your inputs');
    await model.button('Show log').waitFor();
    await model.button('Other inputs…').click();
    await window.choose('Synthetic inputs');
    await model.evidence.getByText('64 synthetic inputs').waitFor();
  });
});
