import path from 'node:path';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisThreads, extensionHosts, type AnalysisThreads } from '../support/vscode/analysisThreads.js';
import { activeFrame } from '../support/vscode/axe.js';
import { commandLineReport, lenet, resnet } from '../support/vscode/materials.js';
import { modelPage, type ModelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const slow = { timeout: 60_000 };

/** Everything that moves in the page, in shadow trees as well. */
const movements = (frame: Frame): Promise<number> =>
  frame.evaluate(`(() => {
    const count = (root) =>
      root.getAnimations().length + [...root.querySelectorAll('*')].reduce((sum, { shadowRoot }) => sum + (shadowRoot ? count(shadowRoot) : 0), 0);
    return count(document);
  })()`);

describe('the thread that analyzes a model', () => {
  let browser: Browser;
  let window: EditorWindow;
  let model: ModelPage;
  let threads: AnalysisThreads;
  beforeAll(async () => {
    browser = await openBrowser();
    const others = extensionHosts();
    window = await openWindow(browser, {
      files: { 'lenet.onnx': lenet(), 'resnet.onnx': resnet() },
      size: { width: 1600, height: 900 },
    });
    await window.open('lenet.onnx');
    model = modelPage(window.webview);
    await model.finished();
    const [host] = extensionHosts().filter((pid) => !others.includes(pid));
    threads = await analysisThreads(browser, host);
  });
  afterAll(() => browser.close());

  it('is replaced once it was killed, when the next layer is looked at', async () => {
    await expect.poll(threads.count, slow).toBe(1);
    await threads.kill();
    await expect.poll(threads.count, slow).toBe(0);
    await model.rows.nth(3).click();
    const file = path.join(window.folder, 'lenet.onnx');
    const format = commandLineReport(file).layers[3].advice!.scheme.split('/')[0];
    const { errors } = commandLineReport(file, '--formats', format, '--granularity', 'tensor', '--clip', 'mse').layers[3];
    const { sqnrDb } = errors.find(({ scheme }) => scheme === `${format}/tensor/mse`)!;
    const lane = model.detail.locator('pl-clip-lanes').first().getByRole('button', { name: /^MSE/ });
    await expect.poll(() => lane.innerText({ timeout: 1000 }).catch(() => ''), slow).toContain(`${sqnrDb!.toFixed(1)} dB`);
    expect(await threads.count()).toBe(1);
  });

  it('may take its time: nothing moves meanwhile for those who want less motion', async () => {
    await threads.hold(true);
    await window.page.emulateMedia({ reducedMotion: 'reduce' });
    await window.open('resnet.onnx');
    await window.webview.locator('.skeleton').first().waitFor(slow);
    const frame = await activeFrame(window.page);
    expect(await movements(frame)).toBe(0);
    await window.page.emulateMedia({ reducedMotion: 'no-preference' });
    await expect.poll(() => movements(frame), slow).toBeGreaterThan(0);
    // VS Code's own setting tells the page by a class
    await frame.evaluate("document.body.classList.add('vscode-reduce-motion')");
    await expect.poll(() => movements(frame), slow).toBe(0);
  });

  it('is told to be gone when it is killed at work, and replaced when the model is analyzed again', async () => {
    await expect.poll(threads.count, slow).toBe(2);
    await threads.kill();
    await model.problem.waitFor(slow);
    expect(await model.problem.innerText()).toMatch(/ended/);
    await threads.hold(false);
    await model.button('Analyze again').click();
    await model.finished();
    const { layers } = commandLineReport(path.join(window.folder, 'resnet.onnx'));
    const shown = await model.column('Suggested');
    expect(shown.length).toBeGreaterThan(5);
    expect(shown).toEqual(layers.slice(0, shown.length).map(({ advice }) => advice!.scheme));
  });
});
