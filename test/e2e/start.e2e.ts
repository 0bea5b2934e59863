import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { modelPage } from '../support/vscode/modelPage.js';
import { openBrowser, webviewOf } from '../support/vscode/window.js';

const { root } = inject('window');

/** Starts `npm start` as on a machine without a display; resolves with what it printed once that contains `text`, or it ended. */
function npmStart(args: readonly string[], text: string): { readonly child: ChildProcess; readonly output: Promise<string> } {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', INIT_CWD: root };
  const child = spawn(process.execPath, [path.join(root, 'scripts/start.mjs'), ...args], { env, cwd: root });
  const output = new Promise<string>((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes(text)) resolve(printed);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });
  return { child, output };
}

describe('npm start', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('prints the table of the sample, then serves the editor with the model open at the address it prints', async () => {
    const { child, output } = npmStart([], 'Ctrl-C');
    try {
      const printed = await output;
      expect(printed).toMatch(/Layer +Operator +Shape +Weights +Bits/);
      const address = /http:\/\/127\.0\.0\.1\S+/.exec(printed)?.[0];
      const open = async () => {
        const page = await browser.newPage();
        await page.goto(address ?? 'no address was printed');
        const model = modelPage(webviewOf(page));
        await model.finished();
        return model;
      };
      // VS Code may open the file before it has heard of the extension, and then as text; the next window knows.
      const model = await open().catch(open);
      expect(await model.rows.count()).toBe(5);
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
  });

  it('ends after the table with --once', async () => {
    const { child, output } = npmStart(['--once'], 'no such text');
    expect(await output).toMatch(/Layer +Operator/);
    expect(child.exitCode).toBe(0);
  });

  it('says in one line that a model does not exist', async () => {
    const { child, output } = npmStart(['missing.onnx'], 'no such text');
    const lines = (await output).split('\n').filter((line) => line !== '' && !line.startsWith('▸'));
    expect(lines).toEqual([expect.stringMatching(/^precision-lens: .*missing\.onnx/)]);
    expect(child.exitCode).toBe(2);
  });
});
