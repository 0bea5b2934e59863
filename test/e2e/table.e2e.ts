import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/types.js';
import { openAnalyzed } from '../support/vscode/analyzedModel.js';
import { resnet } from '../support/vscode/materials.js';
import type { ModelPage } from '../support/vscode/modelPage.js';
import type { EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 10_000 };

describe('the table of layers', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;

  beforeAll(async () => {
    ({ browser, window, model, report } = await openAnalyzed({ 'resnet.onnx': resnet(), 'notes.txt': 'x' }, { width: 1600, height: 1200 }));
  });
  afterAll(() => browser.close());

  const view = () => window.webview.locator('pl-layers-view');
  const filter = () => window.webview.getByRole('combobox', { name: 'Filter layers' });
  const grouping = () => window.webview.getByRole('button', { name: 'Group by module' });
  const table = () => view().locator('#grid');
  const rows = () => table().locator('.body').getByRole('row');
  const count = () => table().getAttribute('aria-rowcount').then(Number);

  beforeEach(async () => {
    await filter().fill('');
    if ((await grouping().getAttribute('aria-pressed')) === 'true') await grouping().click();
  });

  it('is filtered by terms that are proposed as they are written', async () => {
    const { page } = window;
    await filter().click();
    await page.keyboard.type('bi');
    const proposals = window.webview.locator('pl-filter-box').getByRole('option');
    await expect.poll(() => proposals.first().innerText(), soon).toContain('bits');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await filter().inputValue()).toBe('bits<');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('>5 op:Co');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await filter().inputValue()).toBe('bits>5 op:Conv ');
    const expected = report.layers.filter(({ op, advice }) => op === 'Conv' && advice!.bits > 5).length;
    expect(expected).toBeGreaterThan(0);
    await expect.poll(count, soon).toBe(expected + 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => filter().inputValue(), soon).toBe('');
  });

  it('says what is wrong with a filter', async () => {
    await filter().fill('bits>many');
    await expect.poll(() => view().locator('.fault').innerText(), soon).toBe('“many” is no number');
    expect(await filter().getAttribute('aria-invalid')).toBe('true');
    expect(await count()).toBe(report.layers.length + 1);
  });

  it('stands in modules with totals, which close and open', async () => {
    await grouping().click();
    const tree = window.webview.getByRole('treegrid', { name: 'Layers' });
    await tree.waitFor();
    const layer1 = tree.getByRole('row', { name: /layer1/ }).first();
    const inside = report.layers.filter(({ name }) => name.startsWith('/layer1/'));
    const parameters = inside.reduce((sum, layer) => sum + layer.parameters, 0);
    await expect.poll(() => layer1.innerText(), soon).toContain(`${inside.length} layers`);
    expect(await layer1.innerText()).toContain(parameters.toLocaleString('en-US'));
    const open = await count();
    await layer1.dblclick();
    await expect.poll(() => layer1.getAttribute('aria-expanded'), soon).toBe('false');
    expect(await count()).toBeLessThan(open);
    await tree.press('ArrowRight');
    await expect.poll(() => layer1.getAttribute('aria-expanded'), soon).toBe('true');
    expect(await count()).toBe(open);
  });

  it('has many layers chosen at once, and says what they are together', async () => {
    await rows().nth(1).click();
    await rows()
      .nth(3)
      .click({ modifiers: ['Shift'] });
    await rows()
      .nth(5)
      .click({ modifiers: ['ControlOrMeta'] });
    expect(await table().locator('[aria-selected="true"]').count()).toBe(4);
    const parameters = [1, 2, 3, 5].reduce((sum, index) => sum + report.layers[index].parameters, 0);
    await expect
      .poll(() => view().locator('.tools').innerText(), soon)
      .toContain(`4 chosen, ${parameters.toLocaleString('en-US')} parameters`);
    await table().press('Shift+ArrowDown');
    expect(await table().locator('[aria-selected="true"]').count()).toBe(2);
    await table().press('Home');
    expect(await table().locator('[aria-selected="true"]').count()).toBe(1);
  });

  it('shows the columns that are wanted, as wide as they are wanted, also when it comes back', async () => {
    const { page } = window;
    await window.webview.getByRole('button', { name: /^Columns/ }).click();
    await window.webview.locator('vscode-checkbox[label="Parameters"]').click();
    await page.keyboard.press('Escape');
    const shape = model.header('Parameters');
    await expect.poll(() => shape.count(), soon).toBe(0);
    const operator = model.header('Operator');
    const before = (await operator.boundingBox())!.width;
    await operator.getByRole('button').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await operator.boundingBox())!.width, soon).toBeGreaterThan(before + 20);
    const wide = (await operator.boundingBox())!.width;
    await window.open('notes.txt');
    await window.tab('resnet.onnx').click();
    await model.finished();
    await expect.poll(() => shape.count(), soon).toBe(0);
    expect((await operator.boundingBox())!.width).toBeCloseTo(wide, 0);
  });

  it('has columns that are widened by dragging, and go back to their width on a double-click', async () => {
    const { page } = window;
    const operator = model.header('Operator');
    const { x, y, width, height } = (await operator.boundingBox())!;
    await page.mouse.move(x + width - 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width + 58, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await operator.boundingBox())!.width, soon).toBeGreaterThan(width + 40);
    const wide = (await operator.boundingBox())!;
    await page.mouse.dblclick(wide.x + wide.width - 2, y + height / 2);
    await expect.poll(async () => (await operator.boundingBox())!.width, soon).toBeLessThan(wide.width - 40);
  });
});
