import path from 'node:path';
import { expect, it } from 'vitest';
import { existsSync, readFileSync } from 'node:fs';
import type { Plan } from '../../src/report/plan.js';
import { lenet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow } from '../support/vscode/window.js';

const soon = { timeout: 60_000 };

it('a workspace that is not trusted has plans found from the weights, changed and saved, and none run', async () => {
  const browser = await openBrowser();
  const window = await openWindow(browser, {
    files: { 'lenet.onnx': lenet() },
    settings: { 'files.autoSave': 'off' },
    size: { width: 1500, height: 1000 },
    restricted: true,
  });
  await window.open('lenet.onnx');
  const model = modelPage(window.webview);
  await model.finished();
  const view = window.webview.locator('pl-plan-view');
  const picker = window.webview.locator('pl-budget-picker');
  await model.show('Plan');
  await picker.getByRole('button', { name: 'Find plan' }).click();
  await view.getByRole('heading', { name: /^Plan for average bits/ }).waitFor(soon);
  await view.getByText('nothing was run').waitFor();
  await view.getByText('Restricted mode: a plan is not run.').waitFor();
  expect(await view.getByRole('button', { name: 'Run this plan' }).count()).toBe(0);

  await model.show('Layers');
  await model.rows.first().click({ position: { x: 60, y: 8 } });
  await window.page.keyboard.press('F2');
  const list = window.webview.getByRole('listbox', { name: /^Scheme of/ });
  await list.waitFor();
  await window.page.keyboard.press('End');
  await window.page.keyboard.press('Enter');
  await list.waitFor({ state: 'hidden' });
  await model.show('Plan');
  await view.getByRole('heading', { name: /^Your plan, over the one for average bits/ }).waitFor(soon);
  await view.getByText('Restricted mode: a plan is not run.').waitFor();
  await view.getByRole('heading', { name: /^Your plan/ }).click();
  await window.page.keyboard.press('Control+s');
  const file = path.join(window.folder, 'lenet.precision.json');
  await expect.poll(() => existsSync(file), soon).toBe(true);
  const plan = JSON.parse(readFileSync(file, 'utf8')) as Plan;
  expect(plan).toMatchObject({ evidence: 'weights', measured: null });
  expect(plan.assignments[0]).toMatchObject({ weight: null, chosen: ['weight'] });

  await view.getByRole('button', { name: 'Manage trust…' }).click();
  await window.page.getByText('You are in Restricted Mode').first().waitFor(soon);
  await browser.close();
});
