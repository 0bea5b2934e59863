import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/types.js';
import { openAnalyzed } from '../support/vscode/analyzedModel.js';
import { paintedColours } from '../support/vscode/canvas.js';
import { madeModel } from '../support/vscode/madeModel.js';
import { resnet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

/** Until what is asked for is so; a window takes its time. */
const soon = { timeout: 10_000 };

describe('the graph of a model', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let report: Report;

  beforeAll(async () => {
    ({ browser, window, model, report } = await openAnalyzed({ 'resnet.onnx': resnet(), 'notes.txt': 'x' }, { width: 1600, height: 1000 }));
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
  });
  afterAll(() => browser.close());

  const labels = (): Promise<string[]> =>
    model.graph.items.evaluateAll((items) => items.map((item) => (item as { title: string }).title.split('\n')[1]));
  const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
  const item = (start: string) => model.graph.outline.getByRole('treeitem', { name: new RegExp(`^\u2068?${start}`) });

  it('is drawn', async () => {
    await expect.poll(() => paintedColours(model.graph.picture.locator('canvas')), soon).toBeGreaterThan(3);
  });

  it('tells of every layer what the command line tells of it', async () => {
    await model.graph.button('Close all').click();
    await model.graph.button('Open all').click();
    await model.graph.laidOut();
    const known = new Map(report.layers.map(({ name, advice }) => [name, advice!.bits]));
    const ofLayers = (await model.graph.suggestedBits()).filter(([name]) => known.has(name));
    expect(ofLayers.length).toBeGreaterThan(report.layers.length / 2); // only rows near those in sight are in the document
    expect(ofLayers).toEqual(ofLayers.map(([name]) => [name, known.get(name)]));
  });

  it('closes and opens modules', async () => {
    await model.graph.button('Close all').click();
    await model.graph.laidOut();
    const closed = await model.graph.items.count();
    const layer1 = item('Module \u2068layer1');
    expect(await layer1.getAttribute('aria-expanded')).toBe('false');
    await layer1.dblclick();
    expect(await layer1.getAttribute('aria-expanded')).toBe('true');
    expect(await model.graph.items.count()).toBe(closed + 3);
    await model.graph.outline.press('ArrowLeft');
    expect(await model.graph.items.count()).toBe(closed);
  });

  it('is walked along its lines with the arrow keys, into modules and out of them', async () => {
    const { picture, status, laidOut } = model.graph;
    const said = async () => plain(await status.innerText());
    await picture.focus();
    await picture.press('Home');
    await expect.poll(said, soon).toMatch(/^image, input\. To conv1\/Conv/);
    await picture.press('ArrowDown');
    await expect.poll(said, soon).toMatch(/^Conv, conv1/);
    await picture.press('ArrowDown');
    await picture.press('ArrowDown');
    await expect.poll(said, soon).toMatch(/^Module layer1, 15 operators, closed\./);
    await picture.press('Enter');
    await laidOut();
    await expect.poll(said, soon).toMatch(/^Module layer1, 15 operators, open\./);
    await picture.press('ArrowDown');
    await expect.poll(said, soon).toMatch(/^Module 0, 5 operators, closed\./);
    await picture.press('Escape');
    await expect.poll(said, soon).toMatch(/^Module layer1/);
    await picture.press('ArrowUp');
    await expect.poll(said, soon).toMatch(/^Relu/);
  });

  it('shares what is chosen with the table', async () => {
    await item('Conv').first().click();
    await model.show('Layers');
    expect(await model.chosen.getAttribute('aria-rowindex')).toBe('2');
    await model.rows.nth(4).click();
    await model.show('Graph');
    await model.graph.laidOut();
    const chosen = model.graph.outline.locator('[aria-selected="true"]');
    await expect.poll(async () => plain((await chosen.getAttribute('title')) ?? ''), soon).toContain('Conv, conv2/Conv');
    expect(await window.webview.locator('pl-graph-view .about .name').innerText()).toBe(report.layers[4].name);
  });

  it('finds operators, and opens what they are in', async () => {
    await model.graph.button('Close all').click();
    const search = model.graph.view.getByRole('textbox', { name: 'Search the graph' });
    await search.fill('layer3.2');
    const matches = model.graph.view.locator('.matches');
    await expect.poll(() => matches.innerText(), soon).toMatch(/^5 matches$/);
    await search.press('Enter');
    await model.graph.laidOut();
    expect(await matches.innerText()).toBe('1 of 5');
    await expect.poll(async () => plain(await model.graph.status.innerText()), soon).toMatch(/^Conv, conv1\/Conv/);
    await search.fill('');
  });

  it('is saved as a picture and as a drawing', async () => {
    for (const kind of ['PNG', 'SVG']) {
      await model.graph.view.getByRole('button', { name: kind }).click();
      const input = window.page.locator('.quick-input-widget input').first();
      await expect.poll(() => input.inputValue(), soon).toMatch(new RegExp(`resnet-graph\\.${kind.toLowerCase()}$`));
      await window.page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden' });
    }
    const file = (name: string) => path.join(window.folder, name);
    await window.row('resnet-graph.svg').waitFor();
    expect(readFileSync(file('resnet-graph.png')).subarray(1, 4).toString()).toBe('PNG');
    const drawing = readFileSync(file('resnet-graph.svg'), 'utf8');
    expect(drawing).toMatch(/^<svg /);
    expect(drawing).toContain('>logits</text>');
  });

  it('is as it was left when the editor comes back', async () => {
    await model.graph.button('Close all').click();
    await model.graph.laidOut();
    await model.graph.view.getByRole('combobox', { name: 'Colour by' }).selectOption({ label: 'Parameters' });
    await window.open('notes.txt');
    await window.tab('resnet.onnx').click();
    await model.graph.laidOut();
    expect(await window.webview.getByRole('tab', { name: 'Graph' }).getAttribute('aria-selected')).toBe('true');
    expect(await model.graph.view.getByRole('combobox', { name: 'Colour by' }).inputValue()).toBe('parameters');
    expect((await labels()).filter((label) => label.includes('open'))).toEqual([]);
  });
});

describe('the graph of 5,000 operators', () => {
  it('is laid out beside a page that answers', async () => {
    const browser = await openBrowser();
    const window = await openWindow(browser, { files: { 'made.onnx': madeModel(2500, 4) }, size: { width: 1600, height: 1000 } });
    await window.open('made.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Open all').click();
    await model.graph.view.getByText('Laying out the graph').waitFor();
    await model.show('Layers');
    await model.rows.nth(3).click();
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain('/blocks.0/layer.3/MatMul');
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    await model.graph.items.getByText('MatMul').first().waitFor();
    await expect.poll(() => paintedColours(model.graph.picture.locator('canvas')), soon).toBeGreaterThan(3);
    await browser.close();
  }, 240_000);
});
