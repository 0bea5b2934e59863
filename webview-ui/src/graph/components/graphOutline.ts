import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { shared } from '../../components/styles.js';
import { t } from '../../text/l10n.js';
import { rowWindow } from '../../view/rows.js';
import type { Hierarchy } from '../hierarchy.js';
import { boxLabel, describeBox, fullName, neighbours } from '../labels.js';
import { outlineKey, outlineRows, type OutlineRow } from '../outline.js';
import type { Shade, ShadeColumn } from '../fill.js';
import type { Visible } from '../visible.js';

const MAX_INDENT = 12;

/**
 * The graph as a tree of words, with everything that the picture shows. The focus stays on the tree; the chosen row is its active descendant.
 * Events: `pl-box`, `pl-toggle`, `pl-open` with the id of a box.
 */
export class PlGraphOutline extends LitElement {
  static override readonly properties = {
    hierarchy: { attribute: false },
    visible: { attribute: false },
    open: { attribute: false },
    shades: { attribute: false },
    column: { attribute: false },
    chosen: { attribute: false },
    found: { attribute: false },
    start: { state: true },
    end: { state: true },
  };
  declare hierarchy: Hierarchy;
  declare visible: Visible;
  declare open: ReadonlySet<number>;
  declare shades: ReadonlyMap<number, Shade>;
  declare column: ShadeColumn | null;
  declare chosen: number | null;
  declare found: ReadonlySet<number>;
  declare private start: number;
  declare private end: number;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        min-height: 0;
      }
      #tree {
        height: 100%;
        outline-offset: -1px;
        overflow: auto;
      }
      #tree:has([aria-selected='true']) {
        outline: none;
      }
      .rows {
        box-sizing: content-box;
        overflow: hidden;
      }
      [role='treeitem'] {
        --row: transparent;
        align-items: center;
        background: var(--row);
        column-gap: 0.5em;
        cursor: default;
        display: flex;
        height: var(--row-height, 22px);
        padding-inline: 8px;
        position: relative;
        white-space: nowrap;
      }
      [role='treeitem']:hover {
        --row: var(--vscode-list-hoverBackground);
      }
      [aria-selected='true'] {
        --row: var(--vscode-list-inactiveSelectionBackground, transparent) !important;
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      #tree:focus [aria-selected='true'] {
        --row: var(--vscode-list-activeSelectionBackground, transparent) !important;
        color: var(--vscode-list-activeSelectionForeground, inherit);
        outline: 1px solid var(--vscode-focusBorder);
      }
      #tree:focus [aria-selected='true'] .muted {
        color: inherit;
      }
      .twistie {
        flex: none;
        font-size: 12px;
        text-align: center;
        width: 14px;
      }
      .found {
        text-decoration: underline dotted 2px;
        text-underline-offset: 3px;
      }
      .title {
        flex: none;
        max-width: 60%;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .rest {
        flex: 1 1 auto;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .figure {
        flex: none;
        font-variant-numeric: tabular-nums;
      }
    `,
    ...Array.from(
      { length: MAX_INDENT + 1 },
      (_, i) => css`
        .indent-${i} {
          padding-inline-start: ${8 + i * 12}px;
        }
      `,
    ),
  ];

  private rows: readonly OutlineRow[] = [];
  private rowHeight = 22;
  private readonly resize = new ResizeObserver(() => this.measure());

  constructor() {
    super();
    this.start = 0;
    this.end = 60;
    this.column = null;
    this.chosen = null;
    this.shades = new Map();
    this.found = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize.disconnect();
  }

  private get tree(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('#tree')!;
  }

  override focus(): void {
    this.tree.focus();
  }

  private emit(type: 'pl-box' | 'pl-toggle' | 'pl-open', detail: number): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  private readonly measure = (): void => {
    const { start, end } = rowWindow(this.tree.scrollTop, this.tree.clientHeight, this.rowHeight, this.rows.length);
    this.start = start;
    this.end = end;
  };

  private reveal(): void {
    const at = this.rows.findIndex(({ id }) => id === this.chosen);
    if (at < 0) return;
    const { tree, rowHeight } = this;
    const top = at * rowHeight;
    if (top < tree.scrollTop) tree.scrollTop = top;
    else if (top + rowHeight > tree.scrollTop + tree.clientHeight) tree.scrollTop = top + rowHeight - tree.clientHeight;
    this.measure();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('hierarchy') || changed.has('open')) this.rows = outlineRows(this.hierarchy, this.open);
    this.end = Math.min(this.rows.length, Math.max(this.end, this.start + 60));
  }

  protected override firstUpdated(): void {
    const fontSize = Number.parseFloat(getComputedStyle(this).fontSize) || 13;
    this.rowHeight = Math.max(22, Math.round(fontSize * 1.7));
    this.style.setProperty('--row-height', `${this.rowHeight}px`);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const rows = this.renderRoot.querySelector<HTMLElement>('.rows')!;
    const start = Math.min(this.start, this.rows.length);
    rows.style.paddingTop = `${start * this.rowHeight}px`;
    rows.style.paddingBottom = `${Math.max(0, this.rows.length - Math.max(start, this.end)) * this.rowHeight}px`;
    if (changed.has('chosen') || changed.has('open')) this.reveal();
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.rows.findIndex(({ id }) => id === this.chosen);
    const page = Math.max(1, Math.floor(this.tree.clientHeight / this.rowHeight) - 1);
    const move = outlineKey(this.hierarchy, this.open, this.rows, at, event.key, page);
    if (!move) return;
    event.preventDefault();
    this.emit(move.kind === 'choose' ? 'pl-box' : move.kind === 'toggle' ? 'pl-toggle' : 'pl-open', move.id);
  };

  private row({ id, level, position, siblings }: OutlineRow): TemplateResult {
    const { hierarchy, visible, open } = this;
    const isModule = !hierarchy.boxes[id].point;
    const { title, detail } = boxLabel(hierarchy, id);
    const shade = this.shades.get(id);
    const { to } = neighbours(hierarchy, visible, id);
    const sentence = describeBox(hierarchy, visible, open, id, shade, this.column);
    return html`<div
      role="treeitem"
      id="box-${id}"
      class="indent-${Math.min(MAX_INDENT, level - 1)}"
      aria-level=${level}
      aria-posinset=${position}
      aria-setsize=${siblings}
      aria-selected=${id === this.chosen}
      aria-expanded=${isModule ? open.has(id) : nothing}
      title=${`${fullName(hierarchy, id)}\n${sentence}`}
      @click=${() => this.emit('pl-box', id)}
      @dblclick=${() => this.emit(isModule ? 'pl-toggle' : 'pl-open', id)}
    >
      <span class="visually-hidden">${sentence}</span>
      <span class="twistie" aria-hidden="true" @click=${() => isModule && this.emit('pl-toggle', id)}
        >${isModule ? (open.has(id) ? '▾' : '▸') : ''}</span
      >
      <bdi aria-hidden="true" class="title ${this.found.has(id) ? 'found' : ''}">${title}</bdi>
      <span aria-hidden="true" class="rest muted"><bdi>${detail}</bdi>${to === '' ? nothing : html` → <bdi>${to}</bdi>`}</span>
      ${shade ? html`<span aria-hidden="true" class="figure">${shade.text}</span>` : nothing}
    </div>`;
  }

  protected override render() {
    const start = Math.min(this.start, this.rows.length);
    const shown = this.rows.slice(start, this.end);
    return html`<div
      id="tree"
      role="tree"
      tabindex="0"
      aria-label=${t('Outline of the graph')}
      aria-activedescendant=${shown.some(({ id }) => id === this.chosen) ? `box-${this.chosen ?? ''}` : nothing}
      @keydown=${this.key}
      @scroll=${this.measure}
    >
      <div class="rows" role="none">
        ${repeat(
          shown,
          ({ id }) => id,
          (row) => this.row(row),
        )}
      </div>
    </div>`;
  }
}

customElements.define('pl-graph-outline', PlGraphOutline);
