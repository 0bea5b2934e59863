#!/usr/bin/env node
// Stands in for a desktop VS Code: takes the flags that @vscode/test-electron passes to one, and runs the tests in code-server's extension
// host with a headless Chromium as the window. Ends with the tests' exit code.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { browserFlags, findBrowser } from '../../../scripts/lib/browser.mjs';
import { editorUrl, startCodeServer } from '../../../scripts/lib/code-server.mjs';

const flag = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const workspace = process.argv.slice(2).find((arg) => !arg.startsWith('--'));
const timeout = 300_000;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'precision-lens-host-'));
const server = await startCodeServer({ folder, testDriver: true });
const browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
let code = 1;
try {
  const page = await browser.newPage();
  const done = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction('codeAutomationLog', () => undefined);
  const paths = { extensionDevelopmentPath: flag('extensionDevelopmentPath'), extensionTestsPath: flag('extensionTestsPath') };
  await page.goto(editorUrl(server, { folder: workspace, ...paths }));
  const late = new Promise((_resolve, reject) =>
    setTimeout(reject, timeout, new Error(`the tests did not end within ${timeout / 1000} s`)).unref(),
  );
  code = await Promise.race([done, late]);
} catch (error) {
  console.error(error.message);
} finally {
  await browser.close();
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
