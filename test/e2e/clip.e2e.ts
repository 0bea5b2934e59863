import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LayerReport } from '../../src/report/types.js';
import { commandLineReport, lenet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 20_000 };

/** The clip ranges and figures of a layer's weights, by what a user sees of them. */
function clipEditor(model: ModelPage) {
  const editor = model.detail.locator('pl-weight-clip');
  const end = (name: 'Lower' | 'Upper'): Locator => editor.getByRole('slider', { name: `${name} end of the clip range` });
  return {
    editor,
    end,
    lanes: editor.getByRole('group', { name: 'Clip ranges that methods choose' }).getByRole('button'),
    readout: editor.locator('pl-clip-readout .readout'),
    reading: editor.locator('.reading'),
    value: async (name: 'Lower' | 'Upper'): Promise<number> => Number(await end(name).getAttribute('aria-valuenow')),
    menu: async (item: string) => {
      await editor.getByRole('button', { name: /^Save or show as table/ }).click();
      await editor.getByRole(item === 'Show as table' ? 'menuitemcheckbox' : 'menuitem', { name: item }).click();
    },
  };
}

describe('the clip range of a layer', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let layer: LayerReport;

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: { 'lenet.onnx': lenet(), 'notes.txt': 'x' }, size: { width: 1500, height: 1300 } });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    const clips = 'minmax,percentile,mse,kl,aciq,octav';
    const flags = ['--formats', 'int6', '--granularity', 'tensor,channel', '--clip', clips];
    layer = commandLineReport(path.join(window.folder, 'lenet.onnx'), ...flags).layers[2];
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    await model.rows.nth(2).click();
    await clipEditor(model).lanes.nth(1).waitFor();
  });

  const errorOf = (scheme: string) => layer.errors.find((error) => error.scheme === scheme)!;
  const db = (sqnrDb: number | null) => `${sqnrDb!.toFixed(1)} dB`;

  it('is told for every clipping method as the command line tells it', async () => {
    const { lanes, readout } = clipEditor(model);
    const names = ['suggested', 'min–max', 'percentile', 'MSE', 'KL', 'ACIQ', 'OCTAV'];
    const schemes = [
      'int6/channel/mse',
      ...['minmax', 'percentile', 'mse', 'kl', 'aciq', 'octav'].map((method) => `int6/tensor/${method}`),
    ];
    await expect
      .poll(async () => (await lanes.allInnerTexts()).map((text) => text.split('\n').map((part) => part.trim())), soon)
      .toEqual(schemes.map((scheme, i) => [names[i], db(errorOf(scheme).sqnrDb)]));
    await lanes.nth(3).click();
    await expect.poll(() => readout.innerText(), soon).toContain(db(errorOf('int6/tensor/mse').sqnrDb));
    await expect.poll(() => readout.innerText(), soon).toContain('measured on every weight');
  });

  it('follows the mouse, says what it does, and becomes part of the plan', async () => {
    const { end, value, readout, editor, reading } = clipEditor(model);
    await clipEditor(model).lanes.first().click();
    const before = await value('Upper');
    const box = (await end('Upper').boundingBox())!;
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const height = (await editor.boundingBox())!.height;
    await window.page.mouse.move(at.x, at.y);
    await window.page.mouse.down();
    await window.page.mouse.move(at.x - 40, at.y, { steps: 8 });
    await expect.poll(() => readout.innerText(), soon).toContain('estimated');
    await window.page.mouse.move(at.x - 60, at.y, { steps: 4 });
    // nothing jumps under the hand
    expect((await editor.boundingBox())!.height).toBe(height);
    await window.page.mouse.up();
    await expect.poll(() => readout.innerText(), soon).toContain('measured on every weight');
    const after = await value('Upper');
    expect(after).toBeLessThan(before);
    expect(await value('Lower')).toBeCloseTo(-after, 10);

    const exact = commandLineReport(path.join(window.folder, 'lenet.onnx'), '--formats', `int6/channel/fixed:${-after}..${after}`);
    const [error] = exact.layers[2].errors;
    await expect.poll(() => readout.innerText(), soon).toContain(db(error.sqnrDb));

    await editor.getByText('Use this range').click();
    await expect.poll(() => reading.innerText(), soon).toContain('Your plan clips these weights to');
    await editor.getByText('Back to the suggestion').click();
    await expect.poll(() => reading.innerText(), soon).toContain('Each channel has its own clip range');
  });

  it('follows the keyboard', async () => {
    const { end, value, readout } = clipEditor(model);
    await clipEditor(model).lanes.nth(1).click();
    const full = Math.max(-layer.weightStats!.min, layer.weightStats!.max);
    await expect.poll(() => value('Upper'), soon).toBeCloseTo(full, 6);
    await end('Upper').focus();
    await window.page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => value('Upper'), soon).toBeCloseTo(full * 0.9, 6);
    await window.page.keyboard.press('ArrowRight');
    await expect.poll(() => value('Upper'), soon).toBeCloseTo(full * 0.91, 6);
    await window.page.keyboard.press('End');
    await expect.poll(() => value('Upper'), soon).toBeCloseTo(full, 6);
    await expect.poll(() => readout.innerText(), soon).toContain(db(errorOf('int6/tensor/minmax').sqnrDb));
    expect(await end('Upper').getAttribute('aria-valuetext')).toMatch(/SQNR .* dB/);
  });

  it('is looked at for one channel', async () => {
    const { editor, reading } = clipEditor(model);
    await editor.getByRole('spinbutton', { name: 'Channel' }).fill('7');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => reading.innerText(), soon).toContain('Channel 7 of 120');
    await editor.getByRole('spinbutton', { name: 'Channel' }).fill('');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => reading.innerText(), soon).toContain('Each channel');
  });

  it('is saved as figures and as a picture, and read as a table', async () => {
    const { menu, editor } = clipEditor(model);
    const saved = async (item: string, name: string): Promise<Buffer> => {
      await menu(item);
      const box = window.page.locator('.quick-input-widget input');
      await box.first().waitFor();
      await expect.poll(() => box.first().inputValue(), soon).toContain(name);
      await window.page.keyboard.press('Enter');
      const file = path.join(window.folder, name);
      await expect.poll(() => existsSync(file), soon).toBe(true);
      return readFileSync(file);
    };
    const csv = (await saved('Save as CSV…', '_fc1_Gemm weights.csv')).toString();
    const [head, ...lines] = csv.trim().split('\r\n');
    expect(head).toBe('From,To,Weights,Outside the clip range');
    const total = lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0);
    expect(Math.round(total)).toBe(layer.parameters);
    const png = await saved('Save as PNG…', '_fc1_Gemm weights.png');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(1920);
    await menu('Show as table');
    const table = editor.getByRole('table', { name: 'Weights and clip range' });
    expect(await table.getByRole('row').count()).toBe(lines.length + 1);
    await menu('Show as table');
    await editor.locator('canvas').waitFor();
  });
});
