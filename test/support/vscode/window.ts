import { mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { afterEach, inject } from 'vitest';

/** What the set-up of the e2e tests hands to them: the running editor, and what to show it with. */
export interface WindowContext {
  readonly origin: string;
  /** The same in restricted mode: folders are not trusted. */
  readonly restrictedOrigin: string;
  readonly browser: string;
  readonly browserFlags: readonly string[];
  /** The checkout. */
  readonly root: string;
  /** The packaged extension, and the folder it is installed to. */
  readonly vsix: string;
  readonly installed: string;
  /** For what lasts as long as the tests do. */
  readonly scratch: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    window: WindowContext;
  }
}

/** Files of a workspace by relative path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface WindowOptions {
  readonly files: Files;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly size?: { readonly width: number; readonly height: number };
  /** Opens the workspace without trusting it. */
  readonly restricted?: boolean;
  /** Display language; the workbench itself stays in English, as it has no language pack. */
  readonly language?: 'en' | 'ko';
}

/** A VS Code window on a workspace of its own. */
export interface EditorWindow {
  readonly page: Page;
  /** Folder of the workspace. */
  readonly folder: string;
  /** Row of a file in the explorer. */
  readonly row: (file: string) => Locator;
  /** Opens a file from the explorer, as a double-click does. */
  readonly open: (file: string) => Promise<void>;
  /** Chooses a command in the palette by its title. */
  readonly command: (title: string) => Promise<void>;
  /** Chooses what a list that has opened offers, by a part of its text. */
  readonly choose: (text: string) => Promise<void>;
  /**
   * Hovers over the last place in the open text editor that shows `text`, again and again until the hover contains `expected`: one that
   * appears before the analysis is done says that it runs.
   */
  readonly hover: (text: string, expected: string) => Promise<Locator>;
  readonly tab: (file: string) => Locator;
  /** The document inside the visible webview. */
  readonly webview: FrameLocator;
  readonly close: () => Promise<void>;
}

/** Starts the browser that shows windows: one per test file. */
export async function openBrowser(): Promise<Browser> {
  const { browser, browserFlags } = inject('window');
  const opened = await chromium.launch({ executablePath: browser, args: [...browserFlags] });
  browsers.add(opened);
  return opened;
}

const browsers = new Set<Browser>();

// What every window showed when a test failed is kept in out/e2e.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const folder = path.join(inject('window').root, 'out/e2e');
  await mkdir(folder, { recursive: true });
  const pages = [...browsers].flatMap((browser) => browser.contexts()).flatMap((context) => context.pages());
  for (const [i, page] of pages.entries())
    await page.screenshot({ path: path.join(folder, `${task.name.replace(/\W+/g, '-')}-${i + 1}.png`) });
});

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** The palette's input, with `text` typed into it. */
async function quickInput(page: Page, text: string): Promise<Locator> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().fill(`>${text}`);
  return page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
}

/** A file opened before the workbench knows the extension gets the text editor, as for any user: the palette tells when it does. */
async function extensionKnown(page: Page, language: 'en' | 'ko'): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await (await quickInput(page, `Precision Lens: ${language === 'ko' ? '모델 분석' : 'Analyze Model'}`)).waitFor({ timeout: 2000 });
      break;
    } catch (error) {
      if (tries === 20) throw error; // the palette lists what there was when it was opened
    } finally {
      await page.keyboard.press('Escape');
    }
  }
}

/** The document inside the visible webview of a window. */
export const webviewOf = (page: Page): FrameLocator => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

export async function openWindow(
  browser: Browser,
  { files, settings = {}, size = { width: 1280, height: 800 }, restricted = false, language = 'en' }: WindowOptions,
): Promise<EditorWindow> {
  const { origin, restrictedOrigin, scratch } = inject('window');
  const folder = path.join(mkdtempSync(path.join(scratch, 'workspace-')), 'models');
  await writeFiles(folder, { ...files, '.vscode/settings.json': JSON.stringify({ 'files.exclude': { '.vscode': true }, ...settings }) });
  const context = await browser.newContext({ viewport: size });
  // what the script of a language pack would set
  if (language !== 'en') await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = '${language}'`);
  const page = await context.newPage();
  await page.goto(`${restricted ? restrictedOrigin : origin}/?${new URLSearchParams({ folder }).toString()}`);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await extensionKnown(page, language);
  const row = (file: string) => page.locator('.explorer-folders-view .monaco-list-row').getByText(file, { exact: true });
  const command = async (title: string): Promise<void> => {
    await (await quickInput(page, title)).waitFor();
    await page.keyboard.press('Enter');
  };
  let editorKnown = false;
  const open = async (file: string): Promise<void> => {
    await row(file).dblclick();
    // Editors are the last thing a loading workbench learns of an extension, and nothing tells when it has: try until it does.
    for (let tries = 1; file.endsWith('.onnx') && !editorKnown; tries++) {
      const webview = page.locator('iframe.webview');
      await webview.or(page.locator('.editor-container .monaco-editor, .monaco-editor-pane-placeholder')).first().waitFor();
      editorKnown = (await webview.count()) > 0 || tries === 10;
      if (editorKnown) break;
      await command('View: Close All Editors');
      await page.waitForTimeout(500);
      await row(file).dblclick();
    }
  };
  return {
    page,
    folder,
    row,
    open,
    command,
    async choose(text) {
      // The input filters; the list is never clicked, as it may move under the pointer.
      await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().waitFor();
      const input = page.locator('.quick-input-widget input').first();
      await input.fill(text);
      await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text }).waitFor();
      await input.press('Enter');
    },
    async hover(text, expected) {
      const place = page.locator('.view-line span', { hasText: text }).last();
      const hover = page.locator('.monaco-hover', { hasText: expected }).first();
      for (let tries = 1; ; tries++) {
        await place.hover();
        try {
          await hover.waitFor({ timeout: 3000 });
          return hover;
        } catch (error) {
          if (tries === 10) throw error;
          await page.mouse.move(0, 0);
        }
      }
    },
    tab: (file) => page.locator('.tabs-container').getByRole('tab').filter({ hasText: file }),
    webview: webviewOf(page),
    close: () => context.close(),
  };
}
