import type { FrameLocator, Locator } from 'playwright-core';

/** The page that shows a model, by what a user sees of it. */
export interface ModelPage {
  readonly grid: Locator;
  /** Rows of layers that are in the document. */
  readonly rows: Locator;
  readonly header: (name: string) => Locator;
  /** Text of each cell of each row. */
  readonly cells: () => Promise<string[][]>;
  readonly chosen: Locator;
  /** The chosen layer's figures and charts. */
  readonly detail: Locator;
  /** What is said of a file that is no model. */
  readonly problem: Locator;
  /** Waits until there is nothing to cancel any more: the analysis is done. */
  readonly finished: () => Promise<void>;
}

export function modelPage(webview: FrameLocator): ModelPage {
  const grid = webview.getByRole('grid', { name: 'Layers' });
  const rows = grid.locator('.body').getByRole('row');
  return {
    grid,
    rows,
    header: (name) => grid.getByRole('columnheader', { name }),
    async cells() {
      const all = await rows.all();
      return Promise.all(all.map((row) => row.getByRole('gridcell').allInnerTexts()));
    },
    chosen: grid.locator('[role="row"][aria-selected="true"]'),
    detail: webview.getByRole('region', { name: 'Layer detail' }),
    problem: webview.locator('.message', { hasText: 'This model could not be analyzed' }).locator('p'),
    async finished() {
      await rows.first().waitFor({ timeout: 30_000 });
      await webview.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached', timeout: 60_000 });
    },
  };
}
