import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Plan } from '../../src/report/plan.js';
import { paintedColours } from '../support/vscode/canvas.js';
import { madeModel } from '../support/vscode/madeModel.js';
import { commandLinePlan, commandLineReport, lenetWithInputs } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const soon = { timeout: 30_000 };
const size = { width: 1600, height: 1000 };
/** Nothing is saved behind a test's back. */
const settings = { 'files.autoSave': 'off' };

/** What finds plans, and what is shown of them. */
function planPage({ webview, page }: EditorWindow) {
  const picker = webview.locator('pl-budget-picker');
  const view = webview.locator('pl-plan-view');
  const front = view.locator('pl-front');
  return {
    picker,
    view,
    front,
    value: picker.getByRole('spinbutton'),
    kind: picker.getByRole('combobox', { name: 'Kind of budget' }),
    state: picker.getByRole('status'),
    slider: front.getByRole('slider', { name: 'Point of the front' }),
    button: (name: string) => view.getByRole('button', { name, exact: true }),
    /** A row of the table of totals, by its heading. */
    async total(label: string): Promise<string[]> {
      const row = view.getByRole('region', { name: 'Before and after' }).getByRole('row').filter({ hasText: label });
      return row.locator('td').allInnerTexts();
    },
    /** Asks for a plan and waits for it. */
    async find(kind: string, value: string): Promise<void> {
      await this.kind.selectOption({ label: kind });
      await this.value.fill(value);
      await page.keyboard.press('Enter');
      await picker.getByRole('button', { name: 'Find plan' }).waitFor({ timeout: 60_000 });
    },
  };
}

const threeDigits = (value: number): string => String(Number(value.toPrecision(3)));
const decibels = (value: number | null): string => (value === null ? '∞' : value.toFixed(1));

describe('a plan that is found in the editor', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let plans: ReturnType<typeof planPage>;
  const file = (name: string) => path.join(window.folder, name);
  const given = () => ['--inputs', file('test-images.npz'), '--labels', file('test-labels.npy')];
  const dirty = async () => (await window.tab('lenet.onnx').getAttribute('class'))!.split(' ').includes('dirty');

  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: lenetWithInputs(), settings, size });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    plans = planPage(window);
  });
  afterAll(() => browser.close());

  /** The totals that the page shows are those of the command line. */
  async function expectTotals(plan: Plan): Promise<void> {
    const { predicted, baselines } = plan;
    const ofWeights = plan.evidence === 'weights';
    expect((await plans.total('SQNR')).slice(0, 3)).toEqual(
      [baselines.float32, baselines.int8, predicted].map((one) => decibels(ofWeights ? one.weightSqnrDb : one.outputSqnrDb)),
    );
    expect((await plans.total('Bits a weight')).slice(0, 3)).toEqual(
      [baselines.float32, baselines.int8, predicted].map(({ effectiveBits }) => threeDigits(effectiveBits)),
    );
    expect((await plans.total('Size of the weights'))[2]).toBe(`${Number((predicted.bytes / 1024).toFixed(1))} KiB`);
  }

  it('explains what there is to find before anything was asked', async () => {
    await model.show('Plan');
    await plans.view.getByText('No plan yet').waitFor();
  });

  it('rests on the weights alone before a run, and is the command line’s', async () => {
    await plans.find('average bits', '4.5');
    await plans.view.getByText('Plan for average bits 4.5').waitFor();
    const plan = commandLinePlan(file('lenet.onnx'), '--budget', 'bits=4.5');
    await expectTotals(plan);
    expect(await plans.state.innerText()).toContain('nothing was run');
    await expect.poll(() => paintedColours(plans.front.locator('canvas')), soon).toBeGreaterThan(3);
  });

  it('of a budget that nothing keeps names the nearest one, and finds it by one click', async () => {
    await plans.find('average bits', '1');
    const line = plans.picker.getByRole('alert');
    expect(await line.innerText()).toContain('no plan keeps bits=1');
    await plans.picker.getByRole('button', { name: /^Find with average bits 2/ }).click();
    await plans.view.getByText(/^Plan for average bits 2/).waitFor();
  });

  it('is stale once the model was run, and then found by effects at the outputs, as the command line does', async () => {
    await model.button('Use inputs…').click();
    await window.choose('test-images.npz');
    await window.choose('test-labels.npy');
    await model.evidence.getByText('64 of your inputs').waitFor(soon);
    await plans.view.getByText('The model was run anew since this plan was found').waitFor();
    await plans.kind.selectOption({ label: 'energy' });
    await plans.picker.getByRole('combobox', { name: 'Unit' }).selectOption({ label: 'µJ' });
    await plans.find('energy', '10');
    await plans.view.getByText('Plan for energy 10 µJ').waitFor(soon);
    const plan = commandLinePlan(file('lenet.onnx'), '--budget', 'energy=10uJ', ...given());
    await expectTotals(plan);
    const measured = plans.view.getByRole('region', { name: /^Measured/ }).getByRole('row');
    const own = await measured.filter({ hasText: 'this plan' }).locator('td').allInnerTexts();
    expect(own[0]).toBe(decibels(plan.measured!.outputSqnrDb));
    expect(await measured.count()).toBe(plan.comparisons.length + 2);
    expect(await plans.state.innerText()).toContain(`${decibels(plan.measured!.outputSqnrDb)} dB at the outputs measured`);
    await plans.button('In use').waitFor();
  });

  it('has another point of its front taken by dragging, used as the plan, and undone', async () => {
    const canvas = plans.front.locator('canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    await window.page.mouse.move(box.x + 0.7 * box.width, box.y + 0.4 * box.height);
    await window.page.mouse.down();
    await window.page.mouse.move(box.x + 0.2 * box.width, box.y + 0.5 * box.height, { steps: 5 });
    await window.page.mouse.up();
    await plans.button('Use this point as the plan').click();
    await plans.button('In use').waitFor(soon);
    await expect.poll(dirty, soon).toBe(true);
    await window.page.keyboard.press('Control+z');
    await plans.button('Use this point as the plan').waitFor(soon);
    await plans.button('Back to the plan').click();
    await plans.button('In use').waitFor();
  });

  it('has points of its front walked by the keyboard', async () => {
    await plans.slider.focus();
    await window.page.keyboard.press('Home');
    await plans.button('Use this point as the plan').waitFor();
    const first = await plans.slider.getAttribute('aria-valuetext');
    // neighbours may be so near each other that they read alike
    for (let step = 0; step < 5; step++) await window.page.keyboard.press('ArrowRight');
    await expect.poll(() => plans.slider.getAttribute('aria-valuetext'), soon).not.toBe(first);
    expect(first).toMatch(/µJ: [\d.]+ dB predicted$/);
    await plans.button('Back to the plan').click();
  });

  it('has costs of a point that are the point’s, and is run there to see what it does', async () => {
    const reading = (chart: string) => plans.view.locator('pl-chart-frame', { hasText: chart }).locator('.reading').first().innerText();
    const before = [await reading('Memory over the order of execution'), await reading('Roofline')];
    await plans.slider.focus();
    await window.page.keyboard.press('Home');
    await plans.view.getByText('This plan has not been run').waitFor(soon);
    const predicted = /([\d.]+) dB predicted$/.exec((await plans.slider.getAttribute('aria-valuetext'))!)![1];
    await expect.poll(() => reading('Memory over the order of execution'), soon).toMatch(/^At most [\d.]+ \w+: /);
    await expect.poll(() => reading('Roofline'), soon).toMatch(/takes longest/);
    expect(await reading('Memory over the order of execution')).not.toBe(before[0]);
    expect(await reading('Roofline')).not.toBe(before[1]);
    await plans.button('Run this plan').click();
    const own = plans.view
      .getByRole('region', { name: /^Measured/ })
      .getByRole('row')
      .filter({ hasText: 'this plan' });
    await own.waitFor({ timeout: 90_000 });
    const [measured] = await own.locator('td').allInnerTexts();
    expect(await plans.view.locator('.sentence').innerText()).toContain(`${measured} dB at the outputs measured, ${predicted} predicted`);
    await plans.view.getByText('Run on 64 samples of your inputs.').waitFor();
    await plans.button('Back to the plan').click();
    await expect.poll(() => reading('Memory over the order of execution'), soon).toBe(before[0]);
  });

  it('gives way to the user’s own plan once that is edited, which is run and undone', async () => {
    const list = window.webview.getByRole('listbox', { name: /^Scheme of/ });
    await model.show('Layers');
    await model.rows.nth(2).click({ position: { x: 60, y: 8 } });
    await window.page.keyboard.press('F2');
    await list.waitFor();
    await window.page.keyboard.press('End');
    await window.page.keyboard.press('Enter');
    await list.waitFor({ state: 'hidden' });
    await model.show('Plan');
    await plans.view.getByRole('heading', { name: 'Your plan, over the one for energy 10 µJ' }).waitFor(soon);
    await plans.button('Run this plan').click();
    const own = plans.view
      .getByRole('region', { name: /^Measured/ })
      .getByRole('row')
      .filter({ hasText: 'this plan' });
    await own.waitFor({ timeout: 90_000 });
    const [measured] = await own.locator('td').allInnerTexts();
    await expect
      .poll(() => window.webview.locator('pl-plan-line p').first().innerText(), soon)
      .toContain(`${measured} dB at the outputs measured`);
    await window.page.keyboard.press('Control+s');
    await expect.poll(dirty, soon).toBe(false);
    const saved = JSON.parse(readFileSync(file('lenet.precision.json'), 'utf8')) as Plan;
    expect(decibels(saved.measured!.outputSqnrDb)).toBe(measured);
    await window.page.keyboard.press('Control+z');
    await plans.view.getByRole('heading', { name: 'Plan for energy 10 µJ' }).waitFor(soon);
    await plans.button('In use').waitFor();
  });

  it('is seen by other costs', async () => {
    await plans.front.getByRole('combobox').selectOption({ label: 'Bits a weight' });
    await expect.poll(() => plans.front.locator('.reading').innerText(), soon).toMatch(/^\d+ plans from [\d.]+ with/);
  });

  it('is shown by layer, in memory, energy and time, with a table for each chart', async () => {
    for (const name of ['Bits by layer', 'Memory over the order of execution', 'Energy', 'Roofline']) {
      await plans.view.getByRole('button', { name: `Save or show as table: ${name}` }).click();
      await plans.view.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
      const rows = plans.view.getByRole('region', { name, exact: true }).locator('tbody tr');
      await expect.poll(() => rows.count(), soon).toBeGreaterThan(2);
    }
  });

  it('is found from the palette, by the keyboard alone', async () => {
    await window.command('Precision Lens: Find Plan…');
    await window.choose('Average bits of weights');
    const input = window.page.locator('.quick-input-widget input').first();
    await expect.poll(() => input.inputValue(), soon).toBe('4.5');
    await input.fill('5');
    await window.page.keyboard.press('Enter');
    await window.choose('ONNX Runtime, CPU');
    await plans.view.getByText('Plan for average bits 5').waitFor(soon);
    expect(await plans.value.inputValue()).toBe('5');
    await plans.view.getByText('For ONNX Runtime, CPU.').waitFor();
  });

  it('is there again after the page was closed', async () => {
    await plans.view.getByRole('heading', { name: /^Plan for/ }).click();
    await window.page.keyboard.press('Control+s');
    await expect.poll(dirty, soon).toBe(false);
    await window.command('View: Close All Editors');
    await window.open('lenet.onnx');
    await model.finished();
    await model.show('Plan');
    await plans.view.getByText('Plan for average bits 5').waitFor(soon);
  });

  it('is stale once the file has changed', async () => {
    await plans.find('average bits', '6');
    await plans.view.getByText('Plan for average bits 6').waitFor(soon);
    writeFileSync(file('lenet.onnx'), readFileSync(file('lenet.onnx')));
    await plans.view.getByText('The file has changed since this plan was found').waitFor(soon);
    expect(await plans.view.locator('.head vscode-button[disabled]').count()).toBe(1);
  });
});

describe('a large model', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: { 'made.onnx': madeModel(2000) }, settings, size });
    await window.open('made.onnx');
    model = modelPage(window.webview);
    await model.finished();
  }, 180_000);
  afterAll(() => browser.close());

  it('of 2,000 layers has a table and a graph with the figures of the command line', async () => {
    const { layers } = commandLineReport(path.join(window.folder, 'made.onnx'));
    expect(await model.grid.getAttribute('aria-rowcount')).toBe('2001');
    for (const key of ['Home', 'End']) {
      await model.rows.first().click();
      await window.page.keyboard.press(key);
      const { name } = layers[key === 'Home' ? 0 : 1999];
      await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain(name);
      const suggested = await model.column('Suggested');
      const numbers = await model.column('#');
      expect(numbers.length).toBeGreaterThan(5);
      expect(suggested).toEqual(numbers.map((number) => layers[Number(number) - 1].advice!.scheme));
    }
    await model.show('Graph');
    await model.graph.laidOut();
    await model.graph.button('Outline').click();
    const search = model.graph.view.getByRole('textbox', { name: 'Search the graph' });
    await search.fill('blocks.125/');
    // each match has its module opened: two operators in each
    for (let match = 1; match <= 5; match++) await search.press('Enter');
    const known = new Map(layers.map(({ name, advice }) => [name, advice!.bits]));
    const ofLayers = async () => (await model.graph.suggestedBits()).filter(([name]) => known.has(name));
    await expect.poll(async () => (await ofLayers()).length, soon).toBeGreaterThan(1);
    const shown = await ofLayers();
    expect(shown).toEqual(shown.map(([name]) => [name, known.get(name)]));
    await model.show('Layers');
  }, 180_000);

  it('of 2,000 layers is planned, can be cancelled meanwhile, and its bars are walked', async () => {
    const plans = planPage(window);
    await model.show('Plan');
    await plans.value.fill('5');
    await window.page.keyboard.press('Enter');
    await plans.picker.getByRole('button', { name: 'Cancel' }).click();
    await plans.picker.getByText('Finding a plan was cancelled.').waitFor();
    await plans.find('average bits', '5');
    await plans.view.getByText('Plan for average bits 5').waitFor({ timeout: 60_000 });
    const plan = commandLinePlan(path.join(window.folder, 'made.onnx'), '--budget', 'bits=5');
    expect((await plans.total('Bits a weight'))[2]).toBe(threeDigits(plan.predicted.effectiveBits));
    const bars = plans.view.locator('pl-layer-bars').first();
    const walk = bars.getByRole('slider', { name: /^Bits by layer/ });
    await bars.getByText(/ to [\d,]+ of 2,000$/).waitFor();
    await walk.focus();
    await window.page.keyboard.press('End');
    await bars.getByText('1,881 to 2,000 of 2,000').waitFor();
    expect(await walk.getAttribute('aria-valuenow')).toBe('2000');
    await window.page.keyboard.press('Enter');
    await model.show('Layers');
    await expect.poll(() => model.detail.locator('h2').first().innerText(), soon).toContain('/blocks.249/layer.7/MatMul');
    // the table has scrolled to it
    const chosen = window.webview.locator('pl-layer-table [role=row][aria-selected=true]');
    await expect.poll(() => chosen.innerText(), soon).toContain('2000');
  }, 300_000);
});

describe('a text recognizer that others made', () => {
  it('is planned as the command line does', async () => {
    const recognizer = path.join(inject('window').root, '.materials/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx');
    const browser = await openBrowser();
    const window = await openWindow(browser, { files: { 'recognizer.onnx': readFileSync(recognizer) }, settings, size });
    await window.open('recognizer.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    const plans = planPage(window);
    await model.show('Plan');
    await plans.find('size of the weights', '2');
    await plans.view.getByText('Plan for size of the weights 2 MiB').waitFor({ timeout: 60_000 });
    const plan = commandLinePlan(recognizer, '--budget', 'size=2MiB');
    expect((await plans.total('Bits a weight'))[2]).toBe(threeDigits(plan.predicted.effectiveBits));
    expect((await plans.total('SQNR of the weights'))[2]).toBe(decibels(plan.predicted.weightSqnrDb));
    await browser.close();
  });
});
