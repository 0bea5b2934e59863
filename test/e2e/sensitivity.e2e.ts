import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/types.js';
import { paintedColours } from '../support/vscode/canvas.js';
import { commandLineReport, lenetWithInputs } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 30_000 };

describe('the effects of layers on the outputs', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: lenetWithInputs(), size: { width: 1600, height: 1000 } });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
  });
  afterAll(() => browser.close());

  const view = () => window.webview.locator('pl-sensitivity-view');
  const bars = () => view().locator('pl-layer-bars').first();
  const walk = () => bars().getByRole('slider', { name: /^Effect of each layer/ });
  const effects = () => bars().getByRole('region', { name: 'Effect of each layer on the outputs' });
  const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

  it('are explained where nothing was run, with two ways to know them', async () => {
    await model.show('Sensitivity');
    await view().getByText('Nothing was run yet').waitFor();
    await view().getByRole('button', { name: 'Use inputs…' }).click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('64 of your inputs').waitFor(soon);
    const file = (name: string) => path.join(window.folder, name);
    const given = ['--inputs', file('test-images.npz'), '--labels', file('test-labels.npy'), '--target', 'weights,activations'];
    report = commandLineReport(file('lenet.onnx'), ...given, '--together', 'int8/channel/mse,uint8/tensor/minmax');
  });

  it('are those of the command line, in the chart’s table', async () => {
    await expect.poll(() => paintedColours(bars().locator('canvas')), soon).toBeGreaterThan(3);
    await view().getByRole('combobox', { name: 'Scheme' }).selectOption('int4/channel/mse');
    await bars().getByRole('button', { name: 'Save or show as table: Effect of each layer on the outputs' }).click();
    await bars().getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const expected = report.layers.map(({ sensitivity }) => {
      const of = (target: string, scheme: string) => sensitivity.find((one) => one.target === target && one.scheme === scheme)!;
      return [of('weight', 'int4/channel/mse'), of('activation', 'uint4/tensor/minmax')].flatMap(({ outputSqnrDb, how }) => [
        outputSqnrDb === null ? '∞' : outputSqnrDb.toFixed(1),
        how,
      ]);
    });
    const rows = await effects().locator('tbody tr').all();
    expect(await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()))).toEqual(expected);
    await bars().getByRole('button', { name: 'Save or show as table: Effect of each layer on the outputs' }).click();
    await bars().getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
  });

  it('are summed up in a sentence', async () => {
    const worst = Math.min(
      ...report.layers.flatMap(({ sensitivity }) =>
        sensitivity
          .filter(({ scheme }) => /^u?int4\/(channel\/mse|tensor\/minmax)$/.test(scheme))
          .flatMap(({ outputSqnrDb, target, scheme }) =>
            outputSqnrDb !== null && (target === 'activation' || scheme === 'int4/channel/mse') ? [outputSqnrDb] : [],
          ),
      ),
    );
    expect(await bars().locator('.reading').innerText()).toContain(`: ${worst.toFixed(1)} dB.`);
  });

  it('are walked and chosen by the keyboard, for every view', async () => {
    await walk().focus();
    await window.page.keyboard.press('Home');
    await window.page.keyboard.press('ArrowRight');
    expect(await walk().getAttribute('aria-valuetext')).toContain(report.layers[1].name);
    await window.page.keyboard.press('Enter');
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain(report.layers[1].name);
    await model.show('Layers');
    await expect.poll(() => model.chosen.getAttribute('aria-rowindex'), soon).toBe('3');
    await model.show('Sensitivity');
  });

  it('are chosen by a click', async () => {
    const box = (await bars().locator('canvas').boundingBox())!;
    await window.page.mouse.click(box.x + 0.97 * box.width, box.y + 0.4 * box.height);
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain(report.layers[4].name);
  });

  it('are chosen where the error piles up', async () => {
    const course = view().locator('pl-layer-bars', { hasText: 'Error as it piles up' });
    await course.getByRole('slider', { name: /^Error as it piles up/ }).focus();
    await window.page.keyboard.press('Home');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain(report.layers[0].name);
    await course.scrollIntoViewIfNeeded();
    const box = (await course.locator('canvas').boundingBox())!;
    await window.page.mouse.click(box.x + 0.97 * box.width, box.y + 0.4 * box.height);
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain(report.layers[4].name);
  });

  it('are sorted by what they cost', async () => {
    await view().getByRole('combobox', { name: 'Sorted by' }).selectOption({ label: 'effect' });
    await walk().focus();
    await window.page.keyboard.press('Home');
    const first = await walk().getAttribute('aria-valuetext');
    const reading = plain(await bars().locator('.reading').innerText());
    expect(reading).toContain(first!.split(':')[0]);
  });

  it('add up: errors by layer, and what leaving one in float gains', async () => {
    const { together } = report.run!;
    const frame = view().getByRole('figure', { name: 'Error as it piles up' });
    expect(await frame.locator('.reading').innerText()).toContain(`the outputs keep ${together!.outputSqnrDb!.toFixed(1)} dB`);
    await frame.getByRole('button', { name: /^Save or show as table/ }).click();
    await frame.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const rows = await frame.locator('tbody tr').all();
    const shown = await Promise.all(rows.map(async (row) => (await row.locator('td').allInnerTexts())[0]));
    expect(shown).toEqual(report.layers.map((layer) => layer.together!.accumulatedSqnrDb!.toFixed(1)));
  });

  it('are gone with the run they are of', async () => {
    await window.command('Precision Lens: Back to Weights');
    await view().getByText('Nothing was run yet').waitFor();
  });
});
