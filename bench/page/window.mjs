/** What a user does in the window, for the benchmark of the page. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @param page the window, as playwright has it */
export function windowOf(page) {
  const webview = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const command = async (title) => {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').first().fill(`>${title}`);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };
  const closeAll = async () => {
    await command('View: Close All Editors');
    await page.locator('iframe.webview').waitFor({ state: 'detached' });
  };
  const grid = webview.getByRole('grid', { name: 'Layers' });
  const rows = grid.locator('.body').getByRole('row');
  return {
    page,
    webview,
    command,
    closeAll,
    grid,
    rows,
    tab: (name) => webview.getByRole('tab', { name, exact: true }),
    async open(file) {
      for (let tries = 1; ; tries++) {
        await page.locator('.explorer-folders-view .monaco-list-row').getByText(file, { exact: true }).dblclick();
        const editor = page.locator('iframe.webview');
        await editor.or(page.locator('.monaco-editor-pane-placeholder, .editor-container .monaco-editor')).first().waitFor();
        if ((await editor.count()) > 0 || tries === 20) return;
        await command('View: Close All Editors'); // the workbench does not know the editor yet
        await sleep(500);
      }
    },
    /** Resolves when every figure of the weights is there. */
    async finished() {
      await rows.first().waitFor({ timeout: 60_000 });
      await webview.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached', timeout: 120_000 });
    },
    /** The frame the page is in. */
    async frame() {
      const outer = await page.locator('iframe.webview.ready').contentFrame().locator('iframe#active-frame').elementHandle();
      return outer.contentFrame();
    },
  };
}
