import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lenet } from '../support/vscode/materials.js';
import { modelPage } from '../support/vscode/modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from '../support/vscode/window.js';

const files = {
  'lenet.onnx': lenet(),
  'use.py': "import onnxruntime as ort\n\nsession = ort.InferenceSession('lenet.onnx')\n",
  'pipeline.yaml': 'model: lenet.onnx\n',
};

describe('Precision Lens is used from', () => {
  let browser: Browser;
  let window: EditorWindow;
  const closeEditors = async (): Promise<void> => {
    await window.page.keyboard.press('Escape');
    await window.command('View: Close All Editors');
    await window.page.locator('.tabs-container').getByRole('tab').first().waitFor({ state: 'detached' });
  };
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, { files });
    // From here on the workbench knows the editor, whichever way a model is opened.
    await window.open('lenet.onnx');
    await modelPage(window.webview).finished();
    await closeEditors();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await closeEditors();
  });

  const modelShows = async (): Promise<void> => {
    const model = modelPage(window.webview);
    await model.finished();
    expect(await model.rows.count()).toBe(5);
  };

  it('the explorer’s right-click menu on a model file', async () => {
    await window.row('lenet.onnx').click({ button: 'right' });
    const item = window.page.getByRole('menuitem', { name: 'Analyze Model…' });
    await item.waitFor();
    // A menu takes no click right after it opened, lest the click that opened it choose something.
    await window.page.waitForTimeout(500);
    await item.click();
    await modelShows();
  });

  it('the explorer’s menu only on model files', async () => {
    await window.row('use.py').click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Copy Path' }).first().waitFor();
    expect(await window.page.getByRole('menuitem', { name: 'Analyze Model…' }).count()).toBe(0);
  });

  it('the command palette, which offers the models of the workspace', async () => {
    await window.command('Precision Lens: Analyze Model…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'lenet.onnx' }).click();
    await modelShows();
  });

  it.each([
    ['a Python string', 'use.py', "'lenet.onnx'"],
    ['a YAML value', 'pipeline.yaml', 'lenet.onnx'],
  ])('a hover over %s that names a model, whose link opens it', async (_what, file, text) => {
    await window.open(file);
    const hover = await window.hover(text, 'Most sensitive layers');
    expect(await hover.innerText()).toContain('61,706 parameters');
    expect(await hover.getByRole('listitem').count()).toBe(3);
    await hover.getByText('Open in Precision Lens').click();
    await modelShows();
  });
});
