import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Plan } from '../../src/report/plan.js';
import type { Report } from '../../src/report/types.js';
import { sqnr } from '../unit/exporters/qdq/build.js';
import { commandLineReport, fashion, mobilenet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 30_000 };

/** A finding whose remedy is of a kind, and its layer. */
function remedyIn<K extends 'equalize' | 'correct-bias'>(report: Report, kind: K, but: readonly string[] = []) {
  for (const { name, findings = [] } of report.layers)
    for (const { apply } of findings)
      if (apply && 'transform' in apply && apply.transform === kind && !but.includes(name))
        return {
          layer: name,
          row: report.layers.findIndex((layer) => layer.name === name),
          apply: apply as Extract<typeof apply, { transform: K }>,
        };
  throw new Error(`no layer has a remedy ${kind}`);
}

describe('remedies that are no schemes', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;
  let equalize: ReturnType<typeof remedyIn<'equalize'>>;
  let correct: ReturnType<typeof remedyIn<'correct-bias'>>;
  const file = (name: string) => path.join(window.folder, name);

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, {
      files: { 'mobilenet.onnx': mobilenet(), ...fashion() },
      settings: { 'files.autoSave': 'off' },
      size: { width: 1700, height: 1700 },
    });
    await window.open('mobilenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    await model.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('64 of your inputs').waitFor({ timeout: 180_000 });
    await model.button('Cancel').waitFor({ state: 'detached', timeout: 180_000 });
    const given = ['--inputs', file('test-images.npz'), '--labels', file('test-labels.npy')];
    report = commandLineReport(file('mobilenet.onnx'), ...given, '--target', 'weights,activations');
    equalize = remedyIn(report, 'equalize');
    correct = remedyIn(report, 'correct-bias', [equalize.layer]);
  }, 600_000);
  afterAll(() => browser.close());

  const findings = () => model.detail.locator('pl-findings-list');
  const rowOf = (layer: string) => model.rows.nth(report.layers.findIndex(({ name }) => name === layer));
  const choose = (layer: string) => rowOf(layer).click({ position: { x: 60, y: 8 } });
  const button = (name: string) => findings().getByRole('button', { name, exact: true });
  const shown = (layer: string) => rowOf(layer).innerText();

  it('are applied by a button, shown at both layers, undone and done again', async () => {
    const { layer, apply } = equalize;
    await choose(layer);
    await button('Apply: equalize both layers').click();
    await findings()
      .getByRole('button', { name: /^Take back: Equalized with/ })
      .waitFor();
    await expect.poll(() => shown(layer), soon).toContain('Equalized with');
    await expect.poll(() => shown(apply.with), soon).toContain('Equalized with');
    await window.page.keyboard.press('Control+z');
    await button('Apply: equalize both layers').waitFor();
    await expect.poll(() => shown(apply.with), soon).not.toContain('Equalized with');
    await window.page.keyboard.press('Control+y');
    await expect.poll(() => shown(apply.with), soon).toContain('Equalized with');
  });

  it('are taken back at either layer', async () => {
    const { layer, apply } = equalize;
    await choose(apply.with);
    await findings()
      .getByRole('button', { name: /^Take back: Equalized/ })
      .first()
      .click();
    await expect.poll(() => shown(layer), soon).not.toContain('Equalized with');
    await choose(layer);
    await button('Apply: equalize both layers').click();
    await expect.poll(() => shown(apply.with), soon).toContain('Equalized with');
  });

  it('are several in one plan, which is saved with what was measured for them', async () => {
    await choose(correct.layer);
    await button('Apply: correct the bias').click();
    await expect.poll(() => shown(correct.layer), soon).toContain('Bias corrected');
    await window.page.keyboard.press('Control+s');
    await expect.poll(() => existsSync(file('mobilenet.precision.json')), soon).toBe(true);
    const { assignments } = JSON.parse(readFileSync(file('mobilenet.precision.json'), 'utf8')) as Plan;
    const of = (name: string) => assignments.find(({ layer }) => layer === name)!;
    expect(of(equalize.layer)).toMatchObject({
      chosen: ['transforms'],
      transforms: [{ transform: 'equalize', with: equalize.apply.with }],
    });
    const { means } = of(correct.layer).transforms!.find((one) => one.transform === 'correct-bias')!;
    expect(means).toEqual(correct.apply.means);
  });

  it('are there when the model is opened again, and can be taken back', async () => {
    await window.command('View: Close All Editors');
    await window.open('mobilenet.onnx');
    await model.finished();
    await expect.poll(() => shown(equalize.apply.with), soon).toContain('Equalized with');
    await choose(equalize.layer);
    await findings()
      .getByRole('button', { name: /^Take back: Equalized with/ })
      .waitFor();
  });

  it('are in the exported model, which ONNX Runtime runs', async () => {
    await model.button('Export the plan or a report').click();
    await window.webview.getByRole('menuitem', { name: 'Quantized ONNX model' }).click();
    const input = window.page.locator('.quick-input-widget input').first();
    await expect.poll(() => input.inputValue(), soon).toMatch(/mobilenet\.qdq\.onnx$/);
    await window.page.keyboard.press('Enter');
    await window.page.locator('.notification-toast', { hasText: 'mobilenet.qdq.onnx is written' }).waitFor({ timeout: 60_000 });
    const exported = readFileSync(file('mobilenet.qdq.onnx'));
    // What the command line makes of the saved plan.
    const cli = path.join(inject('window').installed, 'dist/cli.js');
    execFileSync(process.execPath, [
      cli,
      'export',
      file('mobilenet.onnx'),
      '--plan',
      file('mobilenet.precision.json'),
      '--as',
      'qdq',
      '-o',
      file('cli.onnx'),
    ]);
    expect(exported.equals(readFileSync(file('cli.onnx')))).toBe(true);

    const run = async (bytes: Uint8Array): Promise<Float32Array> => {
      const session = await InferenceSession.create(bytes);
      const pixels = Float32Array.from({ length: 784 }, (_, i) => Math.abs(Math.sin(i)));
      const results = await session.run({ [session.inputNames[0]]: new Tensor('float32', pixels, [1, 1, 28, 28]) });
      return results[session.outputNames[0]].data as Float32Array;
    };
    const session = await InferenceSession.create(exported);
    expect(session.outputNames).toHaveLength(1);
    expect(sqnr(await run(mobilenet()), await run(exported))).toBeGreaterThan(10);
    // A bound for each channel between the equalized layers.
    expect(exported.includes('_equalized')).toBe(true);
  });
});
