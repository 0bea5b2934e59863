import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lenet, pointer } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

/** Bytes that look random and are the same in every run. */
const noise = Uint8Array.from({ length: 4096 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);

const broken = {
  'empty.onnx': new Uint8Array(),
  'noise.onnx': noise,
  'pointer.onnx': pointer,
  'truncated.onnx': lenet().subarray(0, 20_000),
  'text.onnx': 'This is no model.\n',
};

describe('a file that is no model', () => {
  let browser: Browser;
  let window: EditorWindow;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files: { ...broken, 'lenet.onnx': lenet() } });
  });
  afterAll(() => browser.close());

  it.each([
    ['empty', 'empty.onnx', /empty/],
    ['of random bytes', 'noise.onnx', /./],
    ['a git-LFS pointer', 'pointer.onnx', /git[- ]lfs/i],
    ['truncated', 'truncated.onnx', /./],
    ['text', 'text.onnx', /./],
  ])('%s: one line says so, with two ways out', async (_what, file, message) => {
    await window.open(file);
    const { problem } = modelPage(window.webview);
    await problem.waitFor();
    const text = await problem.innerText();
    expect(text).toMatch(message);
    expect(text.trim().split('\n')).toHaveLength(1);
    await window.webview.getByRole('button', { name: /Reopen as text/i }).waitFor();
    await window.webview.getByRole('button', { name: /Reopen as binary/i }).waitFor();
  });

  it('does not keep a model from opening beside it', async () => {
    await window.open('lenet.onnx');
    const model = modelPage(window.webview);
    await model.finished();
    expect(await model.rows.count()).toBe(5);
  });

  it('opens as text when that is asked for', async () => {
    await window.open('pointer.onnx');
    await window.webview.getByRole('button', { name: /Reopen as text/i }).click();
    await window.page.locator('.view-line', { hasText: 'git-lfs' }).first().waitFor();
  });
});
