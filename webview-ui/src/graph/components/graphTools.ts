import { html, type TemplateResult } from 'lit';
import { iconButton, picker } from '../../components/controls.js';
import { icon } from '../../components/icon.js';
import { t } from '../../text/l10n.js';
import type { ShadeColumn } from '../fill.js';
import { traceModes, type TraceMode } from '../trace.js';
import type { GraphViewState } from '../viewState.js';
import { graphSearch, type GraphSearch } from './graphSearch.js';

export type GraphAction = 'open-all' | 'close-all' | 'zoom-in' | 'zoom-out' | 'fit' | 'save-png' | 'save-svg';

export interface GraphTools {
  readonly search: GraphSearch;
  readonly view: GraphViewState;
  readonly columns: readonly ShadeColumn[];
  /** What boxes are coloured by. */
  readonly column: ShadeColumn | null;
  readonly change: (change: Partial<GraphViewState>) => void;
  readonly act: (action: GraphAction) => void;
}

const traceLabels: Readonly<Record<TraceMode, () => string>> = {
  near: () => t('neighbours'),
  up: () => t('everything before'),
  down: () => t('everything after'),
  both: () => t('both ways'),
};

/** What stands above the graph. */
export function graphTools({ search, view, columns, column, change, act }: GraphTools): TemplateResult {
  const { trace, outline } = view;
  return html`<div class="tools">
    <div class="group">${graphSearch(search)}</div>
    ${picker(t('Colour by'), [{ id: '', label: t('nothing') }, ...columns], column ? view.column : '', (id) => change({ column: id }))}
    ${picker(
      t('Highlight'),
      traceModes.map((id) => ({ id, label: traceLabels[id]() })),
      trace,
      (id) => change({ trace: id as TraceMode }),
    )}
    <div class="group">
      ${iconButton('expand-all', t('Open all modules'), () => act('open-all'))}
      ${iconButton('collapse-all', t('Close all modules'), () => act('close-all'))}
      ${iconButton('zoom-out', t('Zoom out'), () => act('zoom-out'))} ${iconButton('zoom-in', t('Zoom in'), () => act('zoom-in'))}
      ${iconButton('screen-full', t('Show all'), () => act('fit'))}
      ${iconButton('list-tree', t('Outline'), () => change({ outline: !outline }), outline)}
    </div>
    <div class="group">
      ${(['png', 'svg'] as const).map(
        (kind) =>
          html`<button
            type="button"
            class="tool"
            title=${t('Save the graph as {0}', kind.toUpperCase())}
            @click=${() => act(`save-${kind}`)}
          >
            ${icon('export')}<span>${kind.toUpperCase()}</span>
          </button>`,
      )}
    </div>
  </div>`;
}
