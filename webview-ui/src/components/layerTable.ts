import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LayerReport } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { columns, fittingColumns, totalWidth, type Column } from '../view/columns.js';
import { nextSort, rowWindow, type Sort } from '../view/rows.js';
import type { Basis } from '../view/schemes.js';
import { headMove, rowMove } from './gridKeys.js';
import { heatStyles } from './heatStyles.js';
import { heading, layerRow } from './layerRow.js';
import { shared } from './styles.js';
import { layerTableStyles } from './layerTableStyles.js';

/** Of the table's font to the page's. */
const relativeFont = 0.93;
/** CSS pixels that the vertical scrollbar takes. */
const scrollbar = 10;

export interface TableEvents {
  /** A layer was chosen; detail: its index. */
  'pl-select': CustomEvent<number>;
  /** The chosen layer's detail is wanted. */
  'pl-enter': CustomEvent<undefined>;
  'pl-sort': CustomEvent<Sort | null>;
  /** Pixels from the top. */
  'pl-scroll': CustomEvent<number>;
  /** Headings of the columns that there is no room for. */
  'pl-hidden': CustomEvent<readonly string[]>;
}

/**
 * The layers as a grid. Only rows in sight are in the document; the focus stays on the grid and the chosen row is its active descendant,
 * so it is always one of those.
 */
export class PlLayerTable extends LitElement {
  static override readonly properties = {
    layers: { attribute: false },
    rows: { attribute: false },
    sort: { attribute: false },
    selected: { attribute: false },
    target: { attribute: false },
    running: { attribute: false },
    ran: { attribute: false },
    measuring: { attribute: false },
    initialScroll: { attribute: false },
    start: { state: true },
    end: { state: true },
    shown: { state: true },
    headFocus: { state: true },
  };
  declare layers: readonly LayerReport[];
  /** Indices into `layers`, in display order. */
  declare rows: readonly number[];
  declare sort: Sort | null;
  /** Index into `layers`. */
  declare selected: number | null;
  /** dB */
  declare target: number;
  /** Whether figures that are missing are still to come. */
  declare running: boolean;
  /** Whether the model was run: there are effects at the outputs. */
  declare ran: boolean;
  /** Whether effects that are missing are still to come. */
  declare measuring: boolean;
  /** Where to scroll to when the table first stands. */
  declare initialScroll: number;
  declare private start: number;
  declare private end: number;
  declare private shown: readonly Column[];
  declare private headFocus: number;

  static override readonly styles = [shared, heatStyles, layerTableStyles];

  private rowHeight = 24;
  private readonly resize = new ResizeObserver(() => {
    this.fit();
    this.measure();
  });

  constructor() {
    super();
    this.layers = [];
    this.rows = [];
    this.sort = null;
    this.selected = null;
    this.target = 0;
    this.running = false;
    this.ran = false;
    this.measuring = false;
    this.initialScroll = 0;
    this.start = 0;
    this.end = 60;
    this.shown = columns(false);
    this.headFocus = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize.disconnect();
  }

  /** Height that shows every row without scrolling, in CSS pixels. */
  get fullHeight(): number {
    return (this.rows.length + 1) * this.rowHeight + 12;
  }

  /** What SQNR by bits is of. */
  get basis(): Basis {
    return this.ran ? 'outputs' : 'weights';
  }

  private get grid(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('#grid')!;
  }

  override focus(): void {
    this.grid.focus();
  }

  private emit<K extends keyof TableEvents>(type: K, detail: TableEvents[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Brings the window of rendered rows in line with the scroll position. */
  private measure(): void {
    const { grid } = this;
    const { start, end } = rowWindow(grid.scrollTop, grid.clientHeight, this.rowHeight, this.rows.length);
    this.start = start;
    this.end = end;
  }

  private readonly scrolled = (): void => {
    this.measure();
    this.emit('pl-scroll', this.grid.scrollTop);
  };

  /** Scrolls as little as it takes to show the chosen row. */
  revealSelected(): void {
    const position = this.selected === null ? -1 : this.rows.indexOf(this.selected);
    if (position < 0) return;
    const { grid, rowHeight } = this;
    const top = position * rowHeight;
    const room = grid.clientHeight - rowHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + rowHeight > grid.scrollTop + room) grid.scrollTop = top + rowHeight - room;
    this.measure();
  }

  private choose(position: number): void {
    const index = this.rows[Math.max(0, Math.min(this.rows.length - 1, position))];
    if (index === undefined) return;
    this.emit('pl-select', index);
    void this.updateComplete.then(() => this.revealSelected());
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.target !== this.grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.selected === null ? -1 : this.rows.indexOf(this.selected);
    const pageRows = Math.max(1, Math.floor(this.grid.clientHeight / this.rowHeight) - 2);
    const to = rowMove(event.key, at, pageRows, this.rows.length);
    if (to !== undefined) this.choose(to);
    else if (event.key === 'Enter') this.emit('pl-enter', undefined);
    else return;
    event.preventDefault();
  };

  /** The headings are one tab stop; left and right move among them. */
  private readonly headKey = (event: KeyboardEvent): void => {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('[role="columnheader"] button')];
    const to = headMove(event.key, this.headFocus, buttons.length, getComputedStyle(this).direction === 'rtl');
    if (to === undefined) {
      if (event.key === 'ArrowDown') {
        event.preventDefault();
        this.focus();
      }
      return;
    }
    event.preventDefault();
    this.headFocus = Math.max(0, Math.min(buttons.length - 1, to));
    buttons[this.headFocus].focus();
  };

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('rows')) this.end = Math.min(this.rows.length, Math.max(this.end, this.start + 60));
  }

  private get fontSize(): number {
    return Number.parseFloat(getComputedStyle(this).fontSize) || 13;
  }

  /** Leaves out columns that there is no room for, and says which. */
  private fit(): void {
    if (this.clientWidth === 0) return; // another view is shown
    const all = columns(this.ran);
    const shown = fittingColumns(all, (this.clientWidth - scrollbar) / (this.fontSize * relativeFont));
    if (shown.map(({ id }) => id).join() === this.shown.map(({ id }) => id).join()) return;
    this.shown = shown;
    this.emit(
      'pl-hidden',
      all.filter((column) => !shown.includes(column)).map(({ label }) => label),
    );
  }

  protected override firstUpdated(): void {
    this.rowHeight = Math.max(22, Math.round(this.fontSize * 1.77));
    this.style.setProperty('--row-height', `${this.rowHeight}px`);
    this.layout();
    this.grid.scrollTop = this.initialScroll;
    this.measure();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('ran')) this.fit();
    this.layout();
    if (changed.has('sort') && changed.get('sort') !== undefined) this.grid.scrollTop = 0;
    if (changed.has('rows')) this.measure();
  }

  /** Sizes that depend on data are set through the CSSOM: the content policy forbids style attributes. */
  private layout(): void {
    const { shown } = this;
    this.style.setProperty(
      '--table-columns',
      shown.map(({ width, grow }) => (grow ? `minmax(${width}em, ${grow}fr)` : `${width}em`)).join(' '),
    );
    this.style.setProperty('--table-width', `${totalWidth(shown)}em`);
    this.style.setProperty('--figures', `${shown.findIndex(({ id }) => id === 'suggested') + 1}`);
    const body = this.renderRoot.querySelector<HTMLElement>('.body')!;
    body.style.height = `${this.rows.length * this.rowHeight}px`;
    body.style.paddingTop = `${Math.min(this.start, this.rows.length) * this.rowHeight}px`;
  }

  protected override render() {
    const { shown } = this;
    const start = Math.min(this.start, this.rows.length);
    const visible = this.rows.slice(start, this.end);
    const active = this.selected !== null && visible.includes(this.selected) ? `row-${this.selected}` : nothing;
    return html`<div
      id="grid"
      role="grid"
      tabindex="0"
      aria-label=${t('Layers')}
      aria-rowcount=${this.rows.length + 1}
      aria-colcount=${shown.length}
      aria-activedescendant=${active}
      @scroll=${this.scrolled}
      @keydown=${this.key}
    >
      <div class="head" role="rowgroup">
        <div role="row" aria-rowindex="1" @keydown=${this.headKey}>
          ${shown.map((column, i) =>
            heading(column, i, {
              sort: this.sort,
              reachable: i === this.headFocus,
              onFocus: () => (this.headFocus = i),
              onSort: () => this.emit('pl-sort', nextSort(this.sort, column.id, column.firstDescending)),
            }),
          )}
        </div>
      </div>
      <div class="body" role="rowgroup">
        ${repeat(
          visible,
          (index) => index,
          (index, i) =>
            layerRow(this.layers[index], index, start + i, {
              columns: shown,
              context: this,
              selected: index === this.selected,
              onChoose: () => this.emit('pl-select', index),
              onEnter: () => this.emit('pl-enter', undefined),
            }),
        )}
      </div>
    </div>`;
  }
}

customElements.define('pl-layer-table', PlLayerTable);
