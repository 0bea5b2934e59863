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
  /** What the figures rest on. */
  readonly evidence: Locator;
  /** A button of the page. */
  readonly button: (name: string) => Locator;
  /** Texts of a column, by its heading, top to bottom. */
  readonly column: (heading: string) => Promise<string[]>;
  /** Shows another view of the model. */
  readonly show: (view: 'Layers' | 'Sensitivity' | 'Plan' | 'Graph') => Promise<void>;
  readonly graph: GraphPage;
  /** What is said of a file that is no model. */
  readonly problem: Locator;
  /** Waits until there is nothing to cancel any more: the analysis is done. */
  readonly finished: () => Promise<void>;
}

/** The graph of a model, by what a user sees of it. */
export interface GraphPage {
  readonly view: Locator;
  /** What the keyboard walks through. */
  readonly picture: Locator;
  /** What a screen reader says of the chosen box. */
  readonly status: Locator;
  readonly outline: Locator;
  /** Rows of the outline. */
  readonly items: Locator;
  readonly button: (name: string) => Locator;
  /** Waits until what is to be shown is laid out. */
  readonly laidOut: () => Promise<void>;
  /** Names of what the outline has in the document, and the bits suggested for each, where it tells of bits. */
  readonly suggestedBits: () => Promise<[name: string, bits: number][]>;
}

function graphPage(webview: FrameLocator): GraphPage {
  const view = webview.locator('pl-graph-view');
  const outline = view.getByRole('tree', { name: 'Outline of the graph' });
  const picture = view.getByRole('application', { name: 'Graph of the model' });
  return {
    view,
    picture,
    status: view.locator('pl-graph-canvas [role="status"]'),
    outline,
    items: outline.getByRole('treeitem'),
    button: (name) => view.getByRole('button', { name }),
    async laidOut() {
      await picture.waitFor();
      await view.getByText('Laying out the graph').waitFor({ state: 'detached', timeout: 60_000 });
    },
    async suggestedBits() {
      const told = await outline
        .getByRole('treeitem')
        .evaluateAll((items) => items.map((item) => (item as unknown as { readonly title: string }).title));
      return told.flatMap((title): [string, number][] => {
        const [name, sentence] = title.split('\n');
        const bits = /Suggested bits: (\d+) bits/.exec(sentence)?.[1];
        return bits === undefined ? [] : [[name, Number(bits)]];
      });
    },
  };
}

export function modelPage(webview: FrameLocator): ModelPage {
  const grid = webview.getByRole('grid', { name: 'Layers' });
  const rows = grid.locator('.body').getByRole('row');
  const header = (name: string) => grid.getByRole('columnheader', { name });
  const cells = async () => Promise.all((await rows.all()).map((row) => row.getByRole('gridcell').allInnerTexts()));
  return {
    grid,
    rows,
    header,
    cells,
    chosen: grid.locator('[role="row"][aria-selected="true"]'),
    detail: webview.getByRole('region', { name: 'Layer detail' }),
    evidence: webview.locator('pl-evidence-badge vscode-badge'),
    button: (name) => webview.getByRole('button', { name, exact: true }),
    async column(heading) {
      const index = Number(await header(heading).getAttribute('aria-colindex')) - 1;
      return (await cells()).map((texts) => texts[index].trim());
    },
    show: (view) => webview.getByRole('tab', { name: view, exact: true }).click(),
    graph: graphPage(webview),
    problem: webview.locator('.message', { hasText: 'This model could not be analyzed' }).locator('p'),
    async finished() {
      await rows.first().waitFor({ timeout: 30_000 });
      await webview.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached', timeout: 60_000 });
    },
  };
}
