import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { Report } from '../../../src/report/types.js';
import { commandLineReport } from './materials.js';
import { modelPage, type ModelPage } from './modelPage.js';
import { openBrowser, openWindow, type EditorWindow } from './window.js';

/** A model whose analysis is done, in a window of its own, and what the command line says of the same file. */
export interface AnalyzedModel {
  readonly browser: Browser;
  readonly window: EditorWindow;
  readonly model: ModelPage;
  readonly report: Report;
}

/** @param files of the workspace; the first one is opened */
export async function openAnalyzed(
  files: Readonly<Record<string, string | Uint8Array>>,
  size: { readonly width: number; readonly height: number },
): Promise<AnalyzedModel> {
  const [name] = Object.keys(files);
  const browser = await openBrowser();
  const window = await openWindow(browser, { files, size });
  await window.open(name);
  const model = modelPage(window.webview);
  await model.finished();
  return { browser, window, model, report: commandLineReport(path.join(window.folder, name)) };
}
