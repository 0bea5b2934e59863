/** How long the page takes to answer what a user does, with 2,000 layers and a plan for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { profiled } from './profile.mjs';
import { inMs, median, tell } from './tell.mjs';

/** Milliseconds from an input to the next paint, the slowest of the inputs that `work` makes. */
async function answer(frame, work) {
  await sleep(300);
  await frame.evaluate(() => (window.bench.events.length = 0));
  await work();
  await sleep(700);
  const events = await frame.evaluate(() => window.bench.events);
  return Math.max(16, ...events.map(({ duration }) => duration));
}

export async function interact(window) {
  const { webview, page, grid, rows, tab } = window;
  await window.open('2000.onnx');
  await window.finished();
  await webview.getByRole('button', { name: 'Find plan' }).click();
  await webview.getByRole('button', { name: 'Show plan' }).waitFor({ timeout: 120_000 });
  await sleep(1000);
  const frame = await window.frame();
  const filter = webview.getByRole('combobox', { name: 'Filter layers' });
  /** Tells how long `work` takes, done `count` times. */
  const measure = async (what, count, work) => {
    const values = await profiled(what, frame, async () => {
      const found = [];
      for (let i = 0; i < count; i++) found.push(await answer(frame, () => work(i)));
      return found;
    });
    const text = `${values.some((value) => value > 16) ? '' : '≤ '}${inMs(median(values))} (at most ${inMs(Math.max(...values))})`;
    tell(what, '< 100 ms', text, Math.max(...values) < 100);
  };
  const header = (name) => grid.getByRole('columnheader', { name }).getByRole('button').first();
  await measure('a layer is chosen by a click', 5, (i) => rows.nth(2 + i).click());
  await rows.nth(3).click();
  await measure('the next layer by an arrow key', 5, () => page.keyboard.press('ArrowDown'));
  await measure('sorted by a column', 4, () => header('Parameters').click());
  await measure('sorted by SQNR', 2, () => header('SQNR').click());
  await filter.click();
  await measure('filtered, letter by letter', 3, async (i) => {
    await filter.fill('');
    await page.keyboard.type(['bits>3', 'blocks.12', 'op:MatMul'][i], { delay: 60 });
  });
  await filter.fill('');
  await page.keyboard.press('Escape');
  await measure('grouped by module, and back', 4, () => webview.getByRole('button', { name: 'Group by module' }).click());
  for (const name of ['Sensitivity', 'Plan', 'Graph']) {
    await measure(`the view “${name}” for the first time`, 1, () => tab(name).click());
    await tab('Layers').click();
    await measure(`between “${name}” and the table`, 3, async () => {
      await tab(name).click();
      await sleep(300);
      await tab('Layers').click();
    });
  }
  await tab('Plan').click();
  await webview.locator('pl-plan-view pl-layer-bars').first().getByRole('slider').first().focus();
  await measure('bars of a plan walked by an arrow key', 5, () => page.keyboard.press('ArrowRight'));
  await webview.getByRole('slider', { name: 'Point of the front' }).focus();
  await measure('a point of the front moved by an arrow key', 5, () => page.keyboard.press('ArrowLeft'));
  await tab('Layers').click();
  await window.closeAll();
}
