import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { iconButton } from '../../components/controls.js';
import { icon } from '../../components/icon.js';
import { formatCount } from '../../text/format.js';
import { t } from '../../text/l10n.js';

export interface GraphSearch {
  readonly query: string;
  /** How many nodes match, and which of them was gone to last; −1: none yet. */
  readonly matches: number;
  readonly at: number;
  readonly onQuery: (query: string) => void;
  readonly onMove: (by: 1 | -1) => void;
}

function found({ query, matches, at }: GraphSearch): string | typeof nothing {
  if (query.trim() === '') return nothing;
  if (matches === 0) return t('Nothing found');
  if (at >= 0) return t('{0} of {1}', at + 1, formatCount(matches));
  return matches === 1 ? t('1 match') : t('{0} matches', formatCount(matches));
}

/** A box to search the graph with; Enter goes from match to match, Escape ends it. */
export function graphSearch(search: GraphSearch): TemplateResult {
  const { query, matches, onQuery, onMove } = search;
  return html`<vscode-textfield
      .label=${t('Search the graph by name or operator')}
      placeholder=${t('Search the graph')}
      .value=${query}
      @input=${(event: Event) => onQuery((event.target as HTMLElement & { value: string }).value)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') onQuery('');
        else if (event.key === 'Enter') onMove(event.shiftKey ? -1 : 1);
      }}
      ><span slot="content-before">${icon('search', 'muted')}</span><span slot="content-after" class="corner"></span></vscode-textfield
    ><span class="matches muted" role="status">${found(search)}</span>${
      matches === 0
        ? nothing
        : html`${iconButton('chevron-up', t('Previous match'), () => onMove(-1))}
          ${iconButton('chevron-down', t('Next match'), () => onMove(1))}`
    }`;
}
