import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EditorWindow } from './window.js';

/** The kinds of theme a page has to be good in, and what VS Code calls one of each. */
export const themes = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
] as const;

/** Does something in every kind of theme, in one window whose webview is open; it is waited for the page to take each theme. */
export async function inEveryTheme(window: EditorWindow, work: (kind: (typeof themes)[number][0]) => Promise<void>): Promise<void> {
  const file = path.join(window.folder, '.vscode/settings.json');
  for (const [kind, theme] of themes) {
    const settings = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...settings, 'workbench.colorTheme': theme }));
    await window.webview.locator(`body.vscode-${kind}`).waitFor();
    await window.page.waitForTimeout(500); // some colours fade into the new ones
    await work(kind);
  }
}
