/**
 * The page of a comparison. What its reader wants to know, in this order: do they differ, as a whole and in how many layers? Which layers, those that differ most
 * first? What is different in one of them?
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { isDifferent, type LayerComparison } from '../../../src/report/compare/compare.js';
import { writeChange } from '../../../src/report/compare/text.js';
import type { ComparisonHead } from '../../../src/rpc/compare.js';
import { csv } from '../charts/chartTable.js';
import { figureTable, figureTableStyles } from '../components/figureTable.js';
import { icon } from '../components/icon.js';
import { shared } from '../components/styles.js';
import { formatCount } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, nameInText } from '../text/names.js';
import { changeText, comparisonTable, differsIn, keyOf, largestChange, matchesFilter, nameOf, reading } from './rows.js';
import { compareStyles } from './styles.js';
import { differenceWords, kindWords, matchWords, totalText, totalWords, valueText } from './words.js';

export type CompareState =
  | { readonly kind: 'running'; readonly share: number | null }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'done'; readonly head: ComparisonHead; readonly layers: readonly LayerComparison[] };

/** What its reader looks at: kept over a reload. */
export interface Looked {
  readonly filter: string;
  readonly withAlike: boolean;
  /** Keys of the layers that are spread out. */
  readonly opened: readonly string[];
}

/** Rows that are added at once: a page of thousands would be slow to draw and to walk through. */
const PAGE = 200;

const shapeOf = (layer: LayerComparison): string => {
  const text = (shape: readonly number[] | null | undefined): string | null => (shape ? shape.join('×') || t('scalar') : null);
  const [a, b] = [text(layer.a?.shape), text(layer.b?.shape)];
  return a !== null && b !== null && a !== b ? `${a} → ${b}` : (a ?? b ?? '');
};

/** Text of a file: its direction is its own, and turns nothing around it. */
const isolated = (text: string): TemplateResult => html`<bdi>${text}</bdi>`;

export class PlCompare extends LitElement {
  static override readonly properties = {
    titles: { attribute: false },
    state: { attribute: false },
    filter: { attribute: false },
    withAlike: { attribute: false },
    shown: { state: true },
    opened: { attribute: false },
  };
  declare titles: readonly [string, string];
  declare state: CompareState;
  declare filter: string;
  declare withAlike: boolean;
  /** Rows that are drawn at most. */
  declare shown: number;
  /** Layers whose differences are spread out, by their keys. */
  declare opened: ReadonlySet<string>;

  static override readonly styles = [shared, figureTableStyles, compareStyles];

  constructor() {
    super();
    this.filter = '';
    this.withAlike = false;
    this.shown = PAGE;
    this.opened = new Set();
  }

  private toggle(layer: LayerComparison): void {
    const opened = new Set(this.opened);
    const key = keyOf(layer);
    if (!opened.delete(key)) opened.add(key);
    this.opened = opened;
    this.keep();
  }

  private setFilter(text: string): void {
    this.filter = text;
    this.shown = PAGE;
    this.keep();
  }

  private setWithAlike(shown: boolean): void {
    this.withAlike = shown;
    this.keep();
  }

  /** What is looked at is another, and is to be kept. */
  private keep(): void {
    const { filter, withAlike, opened } = this;
    this.dispatchEvent(new CustomEvent<Looked>('pl-look', { detail: { filter, withAlike, opened: [...opened] } }));
  }

  private ask(what: 'pl-cancel' | 'pl-again'): void {
    this.dispatchEvent(new CustomEvent(what));
  }

  private saveCsv(layers: readonly LayerComparison[]): void {
    this.dispatchEvent(new CustomEvent('pl-save', { detail: { name: 'comparison.csv', bytes: csv(comparisonTable(layers)) } }));
  }

  private totals({ a, b, totals }: ComparisonHead): TemplateResult {
    const head = [
      { label: t('Both as a whole') },
      { label: `A: ${displayName(a.title)} (${kindWords[a.kind]()})` },
      { label: `B: ${displayName(b.title)} (${kindWords[b.kind]()})` },
      { label: t('Change') },
    ];
    const rows = totals.map(({ what, unit, a: left, b: right }) => ({
      head: totalWords[what](),
      cells: [isolated(totalText(what, left, unit)), isolated(totalText(what, right, unit)), writeChange(left, right, unit)],
    }));
    return figureTable(t('Both as a whole'), head, [{ rows }]);
  }

  private differences(layer: LayerComparison): TemplateResult {
    const { by, differences } = layer;
    const head = [{ label: by ? matchWords[by]() : '' }, { label: 'A' }, { label: 'B' }, { label: t('Change') }];
    const rows = differences.map(({ what, of, unit, a, b }) => ({
      head:
        of === null ? differenceWords[what]() : html`${differenceWords[what]()} <span class="muted"><bdi>${displayName(of)}</bdi></span>`,
      cells: [isolated(valueText(a, unit)), isolated(valueText(b, unit)), writeChange(a, b, unit)],
    }));
    return figureTable(t('Differences of {0}', nameInText(nameOf(layer))), head, [{ rows }]);
  }

  private row(layer: LayerComparison): TemplateResult {
    const open = this.opened.has(keyOf(layer));
    const spread = layer.differences.length > 0;
    const name = displayName(nameOf(layer));
    const other = layer.a && layer.b && layer.a.name !== layer.b.name ? displayName(layer.b.name) : null;
    const label = html`<span>${isolated(name)}${other === null ? nothing : html` <span class="muted">→ ${isolated(other)}</span>`}</span>`;
    const change = largestChange(layer);
    return html`<tr class="row">
        <th scope="row">
          ${
            spread
              ? html`<button type="button" class="open" aria-expanded=${open} @click=${() => this.toggle(layer)}>
                  ${icon(open ? 'chevron-down' : 'chevron-right')} ${label}
                </button>`
              : label
          }
        </th>
        <td>${isolated(displayName(layer.a?.op ?? layer.b?.op ?? '', 60))}</td>
        <td>${shapeOf(layer)}</td>
        <td>${differsIn(layer)}</td>
        <td class="figure" title=${change?.of ? displayName(change.of) : nothing}>${change ? changeText(change) : ''}</td>
      </tr>
      ${
        open
          ? html`<tr>
              <td class="details" colspan="5">${this.differences(layer)}</td>
            </tr>`
          : nothing
      }`;
  }

  private list(layers: readonly LayerComparison[]): TemplateResult {
    const found = layers.filter((layer) => (this.withAlike || isDifferent(layer)) && matchesFilter(layer, this.filter));
    if (found.length === 0) return html`<p class="none muted">${t('There is nothing to show.')}</p>`;
    const rest = found.length - this.shown;
    return html`<table class="layers">
        <caption class="visually-hidden">
          ${t('Layers')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('Layer')}</th>
            <th scope="col">${t('Operator')}</th>
            <th scope="col">${t('Shape')}</th>
            <th scope="col">${t('Differs in')}</th>
            <th scope="col" class="figure">${t('Largest change')}</th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, this.shown).map((layer) => this.row(layer))}
        </tbody>
      </table>
      ${
        rest > 0
          ? html`<p class="none">
              <vscode-button secondary @click=${() => (this.shown += PAGE)}
                >${t('Show {0} more', formatCount(Math.min(PAGE, rest)))}</vscode-button
              >
            </p>`
          : nothing
      }`;
  }

  private done(head: ComparisonHead, layers: readonly LayerComparison[]): TemplateResult {
    const alike = layers.length - head.different;
    return html`<header>
        <h1>${reading(head, layers)}</h1>
        ${this.totals(head)}
        <div class="bar">
          <input
            class="filter"
            type="search"
            aria-label=${t('Filter layers by text')}
            placeholder=${t('Filter layers by text')}
            .value=${this.filter}
            @input=${(event: Event) => this.setFilter((event.target as HTMLInputElement).value)}
          />
          ${
            alike > 0
              ? html`<label
                  ><input
                    type="checkbox"
                    .checked=${this.withAlike}
                    @change=${(event: Event) => this.setWithAlike((event.target as HTMLInputElement).checked)}
                  />
                  ${t('Show {0} layers that are alike', formatCount(alike))}</label
                >`
              : nothing
          }
          <vscode-button secondary @click=${() => this.saveCsv(layers)}>${t('Save as CSV')}</vscode-button>
        </div>
      </header>
      <main tabindex="0" aria-label=${t('Layers')}>${this.list(layers)}</main>`;
  }

  override render(): TemplateResult {
    const { state } = this;
    if (state.kind === 'done') return this.done(state.head, state.layers);
    const [a, b] = this.titles.map(displayName);
    const title = html`<h1>${t('{0} compared with {1}', a, b)}</h1>`;
    if (state.kind === 'failed') {
      return html`<header>
        ${title}
        <p role="alert"><span class="error">${icon('error')}</span> ${isolated(displayName(state.message, 2000))}</p>
        <p><vscode-button secondary @click=${() => this.ask('pl-again')}>${t('Try again')}</vscode-button></p>
      </header>`;
    }
    if (state.kind === 'cancelled') {
      return html`<header>
        ${title}
        <p role="status">${icon('circle-slash')} ${t('Cancelled before anything was compared')}</p>
        <p><vscode-button secondary @click=${() => this.ask('pl-again')}>${t('Compare again')}</vscode-button></p>
      </header>`;
    }
    const { share } = state;
    return html`<header>
      ${title}
      <div class="bar">
        <span role="status">${t('Comparing…')}</span>
        <vscode-progress-bar
          aria-label=${t('Comparing…')}
          .value=${share === null ? undefined : Math.round(100 * share)}
          ?indeterminate=${share === null}
        ></vscode-progress-bar>
        <vscode-button secondary @click=${() => this.ask('pl-cancel')}>${t('Cancel')}</vscode-button>
      </div>
    </header>`;
  }
}

customElements.define('pl-compare', PlCompare);
