import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerReport, Report } from '../../src/report/types.js';
import { activeFrame, violations } from '../support/vscode/axe.js';
import { killEngines } from '../support/vscode/engines.js';
import { commandLineReport, lenetWithInputs, mobilenet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { inEveryTheme } from '../support/vscode/themes.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

/** Axe objects to nothing in any theme. */
const accessible = (window: EditorWindow): Promise<void> =>
  inEveryTheme(window, async (kind) => expect(await violations(await activeFrame(window.page)), kind).toEqual([]));

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
      files: { ...files, 'numbers.npy': files['test-labels.npy'], 'elsewhere/few.npz': files['test-images.npz'] },
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
    const gains = layer.findings!.flatMap(({ gainDb }) => (gainDb === null ? [] : [`+${gainDb.toFixed(1)} dB`]));
    expect(gains.length).toBeGreaterThan(0);
    expect(await model.detail.locator('pl-findings-list .gain').allInnerTexts()).toEqual(gains);
    const activations = model.detail.getByRole('region', { name: 'Activations' });
    expect(await activations.innerText()).toContain(layer.activationStats!.input!.elements.toLocaleString('en-US'));
  });

  it('tells the error of what goes in over its clip range, with what methods choose as the command line does', async () => {
    const values = model.detail.locator('pl-value-clip');
    const curve = model.detail.locator('pl-clip-curve', { hasText: 'Input error over the clip range' });
    await expect.poll(() => curve.locator('.reading').innerText()).toContain('dB SQNR');
    await curve.getByRole('button', { name: 'Save or show as table: Input error over the clip range' }).click();
    await curve.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const cells = await curve.locator('tbody tr > *').allInnerTexts();
    const rows = Array.from({ length: cells.length / 6 }, (_, i) => cells.slice(6 * i, 6 * i + 6).map((text) => text.trim()));
    const told = rows.flatMap(([, , , , total, methods]) =>
      methods === '' ? [] : methods.split(', ').map((method) => [method, total.replace('−', '-')]),
    );
    const format = await values
      .locator('label', { hasText: /^\s*As/ })
      .locator('select')
      .inputValue();
    const chosen = report.layers[1].activationStats!.input!.clips!.filter(({ scheme }) => scheme.startsWith(`${format}/`));
    const name = (method: string) => ({ minmax: 'min–max', percentile: 'percentile' })[method] ?? method.toUpperCase();
    const expected = chosen.map(({ method, sqnrDb }) => [name(method), (-sqnrDb!).toFixed(1)]);
    expect(expected.length).toBeGreaterThan(1);
    expect(told.sort()).toEqual(expected.sort());
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

  it('remembers its inputs when it is opened again, and brings back what they told when the window is loaded again', async () => {
    await window.command('View: Close All Editors');
    await window.open('lenet.onnx');
    await model.button('Run with test-images.npz').click();
    await model.evidence.getByText('64 of your inputs').waitFor();
    const told = await model.rows.allInnerTexts();
    await window.command('Developer: Reload Window');
    await expect.poll(() => model.evidence.innerText({ timeout: 1000 }).catch(() => ''), { timeout: 60_000 }).toBe('64 of your inputs');
    await expect.poll(() => model.rows.allInnerTexts()).toEqual(told);
  });

  it('takes inputs from elsewhere', async () => {
    await model.button('Other inputs…').click();
    await window.choose('Choose a file…');
    const dialog = window.page.locator('.quick-input-widget', { hasText: 'Inputs' });
    await expect.poll(() => dialog.locator('input').first().inputValue()).toContain(path.basename(window.folder));
    await dialog.locator('input').first().fill(pathOf('elsewhere/few.npz'));
    await dialog.locator('.monaco-list-row', { hasText: 'few.npz' }).waitFor();
    await dialog.getByRole('button', { name: 'Use' }).click();
    await window.choose('No labels');
    await model.evidence.getByText('64 of your inputs').waitFor();
    await model.button('Other inputs…').click();
    await window.choose('few.npz'); // used last
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

describe('a long run', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;

  beforeAll(async () => {
    browser = await openBrowser();
    // So much work that a test is done with it long before it ends by itself.
    const settings = { 'precisionLens.run.exhaustive': true, 'precisionLens.run.samples': 2000 };
    window = await openWindow(browser, { files: { 'mobilenet.onnx': mobilenet() }, settings, size: { width: 1600, height: 900 } });
    await window.open('mobilenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  const someMeasured = () => window.webview.locator('pl-run-bar').getByText('Measuring effects').waitFor({ timeout: 60_000 });

  it('shows how far it is, and what it has found by then', async () => {
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await someMeasured();
    await model.header('At outputs').waitFor();
    await model.evidence.getByText('synthetic inputs, in part').waitFor();
    expect(await window.webview.getByRole('progressbar', { name: 'Measuring effects' }).count()).toBe(1);
  });

  it('is cancelled by its button, keeps what it found, and runs again', async () => {
    await model.button('Cancel').click();
    await window.webview.getByText(/^Cancelled: \d+ of 24 layers measured$/).waitFor();
    expect(await model.header('At outputs').count()).toBe(1);
    await accessible(window);
    await model.button('Run again').click();
    await someMeasured();
  }, 180_000);

  it('says in one line that its engines are killed again and again, and can be tried again', async () => {
    const line = window.webview.getByRole('alert');
    await expect
      .poll(
        () => {
          killEngines();
          return line.count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    expect((await line.innerText()).trim().split('\n')).toHaveLength(1);
    await model.button('Other inputs…').waitFor();
    await accessible(window);
    await model.button('Try again').click();
    await someMeasured();
    await window.command('Precision Lens: Cancel Run');
    await model.button('Run again').waitFor();
  }, 240_000);
});

describe('a run whose engines are killed once', () => {
  it('goes on with new ones, and ends with what the command line finds', async () => {
    const browser = await openBrowser();
    const settings = { 'precisionLens.run.samples': 64 };
    const window = await openWindow(browser, { files: { 'mobilenet.onnx': mobilenet() }, settings, size: { width: 1600, height: 900 } });
    await window.open('mobilenet.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await window.webview.locator('pl-run-bar').getByText('Measuring effects').waitFor({ timeout: 60_000 });
    expect(killEngines()).toBeGreaterThan(0);
    await model.evidence.getByText('64 synthetic inputs', { exact: true }).waitFor({ timeout: 120_000 });
    expect(await window.webview.getByRole('alert').count()).toBe(0);
    const flags = ['--evidence', 'synthetic', '--samples', '64', '--target', 'weights,activations'];
    const { layers } = commandLineReport(path.join(window.folder, 'mobilenet.onnx'), ...flags);
    const shown = await model.column('At outputs');
    expect(shown.length).toBeGreaterThan(5);
    expect(shown).toEqual(layers.slice(0, shown.length).map(shownEffect));
    await browser.close();
  }, 240_000);
});

describe('a workspace that is not trusted', () => {
  it('has its weights analyzed and nothing run, says why, and leads to where trust is given', async () => {
    const browser = await openBrowser();
    const window = await openWindow(browser, { files: lenetWithInputs(), restricted: true });
    await window.open('lenet.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    expect(await model.column('Suggested')).toHaveLength(5);
    await window.webview.getByText('Restricted mode: the weights are analyzed, the model is not run.').waitFor();
    expect(await model.button('Use inputs…').count()).toBe(0);
    await accessible(window);
    await model.button('Manage trust…').click();
    await window.page.getByText('You are in Restricted Mode').first().waitFor();
    await browser.close();
  }, 180_000);
});

describe('where the native runtime is not wanted', () => {
  it('a model runs in WebAssembly, with figures alike, and says so', async () => {
    const browser = await openBrowser();
    const settings = { 'precisionLens.run.backend': 'wasm', 'precisionLens.run.samples': 8 };
    const window = await openWindow(browser, { files: lenetWithInputs(), settings, size: { width: 1600, height: 900 } });
    await window.open('lenet.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await model.evidence.getByText('8 synthetic inputs').waitFor({ timeout: 60_000 });
    await window.webview.getByText('The model ran in WebAssembly').waitFor();
    const native = commandLineReport(
      path.join(window.folder, 'lenet.onnx'),
      '--evidence',
      'synthetic',
      '--samples',
      '8',
      '--target',
      'weights,activations',
    );
    const decibels = (await model.column('At outputs')).map((text) => Number(text.replace('≈', '')));
    native.layers.forEach(({ advice }, i) => expect(decibels[i]).toBeCloseTo(advice!.outputSqnrDb!, 0));
    await browser.close();
  });
});
