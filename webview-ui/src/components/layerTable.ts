import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LayerReport } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { noChoice, resizeColumn, shownColumns, type ColumnChoice } from '../table/columnLayout.js';
import { recycle, type ShownRows } from '../table/recycle.js';
import type { GroupRow, LayerRow, TableRow } from '../table/rows.js';
import { select, selectAll, selectMode, noSelection, type Selection, type SelectMode } from '../table/selection.js';
import { columns, totalWidth, type Column } from '../view/columns.js';
import { nextSort, rowWindow, type Sort } from '../view/rows.js';
import type { Planned } from '../view/planned.js';
import type { Basis } from '../view/schemes.js';
import type { LayerStudy } from '../study.js';
import { weightPictures, type WeightPictures } from '../table/weightPictures.js';
import { groupRow } from './groupRow.js';
import { headMove, rowMove } from './gridKeys.js';
import { heatStyles } from './heatStyles.js';
import { heading, layerRow } from './layerRow.js';
import { setProperty } from './setProperty.js';
import { shared } from './styles.js';
import { layerTableStyles } from './layerTableStyles.js';

/** Of the table's font to the page's. */
const relativeFont = 0.93;
/** CSS pixels that the vertical scrollbar takes. */
const scrollbar = 10;
/** Rows above and below those in sight that are there, too: the browser scrolls before the table knows. */
const margin = 8;
/** Rows at first, before the table knows how many are in sight. */
const firstRows = 24;
/** Milliseconds after a jump to where no row was shown until the margins are filled. */
const settled = 100;

export interface TableEvents {
  'pl-select': CustomEvent<Selection>;
  /** The chosen layer's detail is wanted. */
  'pl-enter': CustomEvent<undefined>;
  /** The scheme of the chosen layers is to be changed; detail: where the cell is. */
  'pl-edit-scheme': CustomEvent<DOMRect>;
  'pl-sort': CustomEvent<Sort | null>;
  /** Pixels from the top. */
  'pl-scroll': CustomEvent<number>;
  /** A module is to be opened or closed; detail: its path. */
  'pl-group': CustomEvent<string>;
  'pl-columns': CustomEvent<ColumnChoice>;
  /** Ids of the columns that are shown. */
  'pl-shown': CustomEvent<readonly string[]>;
}

const isLayer = (row: TableRow | undefined): row is LayerRow => row?.kind === 'layer';

/**
 * The layers as a grid, or, where they stand in modules, as a tree grid. Only rows in sight are in the document; the focus stays on the grid
 * and the row that the keyboard is at is its active descendant, so it is always one of those.
 */
export class PlLayerTable extends LitElement {
  static override readonly properties = {
    layers: { attribute: false },
    rows: { attribute: false },
    sort: { attribute: false },
    grouped: { attribute: false },
    selection: { attribute: false },
    choice: { attribute: false },
    target: { attribute: false },
    running: { attribute: false },
    ran: { attribute: false },
    measuring: { attribute: false },
    planned: { attribute: false },
    initialScroll: { attribute: false },
    study: { attribute: false },
    start: { state: true },
    end: { state: true },
    shown: { state: true },
    wide: { state: true },
    headFocus: { state: true },
    group: { state: true },
  };
  declare layers: readonly LayerReport[];
  declare rows: readonly TableRow[];
  /** Whether rows stand in modules. */
  declare grouped: boolean;
  declare sort: Sort | null;
  declare selection: Selection;
  declare choice: ColumnChoice;
  /** dB */
  declare target: number;
  /** Whether figures that are missing are still to come. */
  declare running: boolean;
  /** Whether the model was run: there are effects at the outputs. */
  declare ran: boolean;
  /** Whether effects that are missing are still to come. */
  declare measuring: boolean;
  /** What the user's plan gives each layer. */
  declare planned: readonly Planned[];
  /** Where to scroll to when the table first stands. */
  declare initialScroll: number;
  declare study: LayerStudy;
  declare private start: number;
  declare private end: number;
  declare private shown: readonly Column[];
  /** Whether there are more columns than there is room for, so that they scroll sideways. */
  declare private wide: boolean;
  declare private headFocus: number;
  /** Path of the module whose row the keyboard is at; null when it is at the current layer's. */
  declare private group: string | null;

  static override readonly styles = [shared, heatStyles, layerTableStyles];

  readonly pictures: WeightPictures = weightPictures(
    (method, params, signal) => this.study(method, params, signal),
    () => this.requestUpdate(),
  );
  private rowHeight = 24;
  private elements: ShownRows = { start: 0, keys: [] };
  private settling: ReturnType<typeof setTimeout> | undefined;
  private readonly resize = new ResizeObserver(() => {
    this.fit();
    this.measure();
  });

  constructor() {
    super();
    this.layers = [];
    this.rows = [];
    this.sort = null;
    this.grouped = false;
    this.selection = noSelection;
    this.choice = noChoice;
    this.group = null;
    this.target = 0;
    this.running = false;
    this.ran = false;
    this.measuring = false;
    this.planned = [];
    this.initialScroll = 0;
    this.start = 0;
    this.end = firstRows;
    this.shown = columns(false);
    this.wide = false;
    this.headFocus = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize.disconnect();
    clearTimeout(this.settling);
    this.pictures.clear();
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

  /** Brings the window of rendered rows in line with the scroll position. Where one jumps to there are only the rows in sight at first. */
  private measure(): void {
    const { grid, rowHeight } = this;
    const { length } = this.rows;
    const height = grid.clientHeight;
    const top = Math.min(grid.scrollTop, Math.max(0, (length + 1) * rowHeight - height));
    const inSight = rowWindow(top, height, rowHeight, length, 0);
    const jumped = inSight.start >= this.end || inSight.end <= this.start;
    const { start, end } = jumped ? inSight : rowWindow(top, height, rowHeight, length, margin);
    this.start = start;
    this.end = end;
    clearTimeout(this.settling);
    this.settling = jumped ? setTimeout(() => this.measure(), settled) : undefined;
  }

  private readonly scrolled = (): void => {
    this.measure();
    this.emit('pl-scroll', this.grid.scrollTop);
  };

  /** Position of the row that the keyboard is at; −1 when it is not shown. */
  private get at(): number {
    const { group, selection } = this;
    return this.rows.findIndex((row) => (isLayer(row) ? group === null && row.layer === selection.current : row.key === group));
  }

  /** Scrolls as little as it takes to show the row that the keyboard is at. */
  revealSelected(): void {
    const position = this.at;
    if (position < 0) return;
    const { grid, rowHeight } = this;
    const top = position * rowHeight;
    const room = grid.clientHeight - rowHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + rowHeight > grid.scrollTop + room) grid.scrollTop = top + rowHeight - room;
    this.measure();
  }

  /** Layers as they are shown, top to bottom. */
  private get order(): readonly number[] {
    return this.rows.flatMap((row) => (isLayer(row) ? [row.layer] : []));
  }

  private choose(layer: number, mode: SelectMode): void {
    this.group = null;
    this.emit('pl-select', select(this.selection, layer, mode, this.order));
  }

  /** Takes the keyboard to row `position`. */
  private go(position: number, mode: SelectMode): void {
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, position))];
    if (!row) return;
    if (isLayer(row)) this.choose(row.layer, mode);
    else this.group = row.key;
    void this.updateComplete.then(() => this.revealSelected());
  }

  /** Keys that open, close and leave modules. Whether `key` was one. */
  private treeKey(key: string): boolean {
    const row = this.rows[this.at];
    if (!row) return false;
    if (key === 'ArrowLeft' && (isLayer(row) || !row.open)) {
      for (let above = this.at - 1; above >= 0; above--) {
        if (this.rows[above].depth >= row.depth) continue;
        this.go(above, 'one');
        return true;
      }
      return false;
    }
    if (isLayer(row)) return false;
    if (key === 'ArrowRight' && row.open) this.go(this.at + 1, 'one');
    else if (key === 'ArrowRight' || key === 'ArrowLeft' || key === 'Enter' || key === ' ') this.emit('pl-group', row.key);
    else return false;
    return true;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.target !== this.grid || event.altKey) return;
    const { key, ctrlKey, metaKey, shiftKey } = event;
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') this.emit('pl-select', selectAll(this.selection, this.order));
    else if (ctrlKey || metaKey) return;
    else {
      const pageRows = Math.max(1, Math.floor(this.grid.clientHeight / this.rowHeight) - 2);
      const to = rowMove(key, this.at, pageRows, this.rows.length);
      if (to !== undefined) this.go(to, shiftKey ? 'range' : 'one');
      else if (!this.treeKey(key)) {
        if (key === 'F2' && this.group === null)
          this.editScheme(this.renderRoot.querySelector(`#row-${this.selection.current} .suggested`) ?? this.grid);
        else if (key === 'Enter') this.emit('pl-enter', undefined);
        else return;
      }
    }
    event.preventDefault();
  };

  /** Shift chooses rows, not their text. */
  private readonly pressed = (event: MouseEvent): void => {
    if (!event.shiftKey) return;
    event.preventDefault();
    this.grid.focus();
  };

  private editScheme(beside: Element): void {
    if (this.selection.current !== null) this.emit('pl-edit-scheme', beside.getBoundingClientRect());
  }

  /** Takes hold of the right edge of a column. */
  private grip(column: Column, event: PointerEvent): void {
    const edge = event.currentTarget as HTMLElement;
    const before = edge.parentElement!.getBoundingClientRect().width / (this.fontSize * relativeFont);
    const from = event.clientX;
    const rtl = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const width = (move: PointerEvent): number => before + (rtl * (move.clientX - from)) / (this.fontSize * relativeFont);
    const drag = (move: PointerEvent): void => this.emit('pl-columns', resizeColumn(this.choice, column.id, width(move)));
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener('pointermove', drag);
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', drag), { once: true });
    event.preventDefault();
    event.stopPropagation();
  }

  /** Makes the column that has the focus wider or narrower. */
  private resizeBy(step: number): void {
    const column = this.shown[this.headFocus];
    const cell = this.renderRoot.querySelectorAll('[role="columnheader"]')[this.headFocus];
    const width = cell.getBoundingClientRect().width / (this.fontSize * relativeFont);
    this.emit('pl-columns', resizeColumn(this.choice, column.id, width + step));
  }

  /** The headings are one tab stop; left and right move among them. */
  private readonly headKey = (event: KeyboardEvent): void => {
    if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault();
      const forward = (event.key === 'ArrowRight') !== (getComputedStyle(this).direction === 'rtl');
      this.resizeBy(forward ? 1 : -1);
      return;
    }
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
    // names stay the same while figures come in; other ones are another model
    if (
      changed.has('layers') &&
      changed.get('layers') !== undefined &&
      this.layers[0]?.name !== (changed.get('layers') as readonly LayerReport[])[0]?.name
    )
      this.pictures.clear();
    if (!this.hasUpdated || !(changed.has('rows') || changed.has('sort'))) return;
    if (changed.has('sort')) this.grid.scrollTop = 0;
    this.measure();
  }

  private get fontSize(): number {
    return Number.parseFloat(getComputedStyle(this).fontSize) || 13;
  }

  /** Shows the columns that the user wants and that there is room for, and says which. */
  private fit(): void {
    if (this.clientWidth === 0) return; // another view is shown
    const room = (this.clientWidth - scrollbar) / (this.fontSize * relativeFont);
    const shown = shownColumns(columns(this.ran), this.choice, room);
    this.wide = totalWidth(shown) > room;
    const told = (some: readonly Column[]) => JSON.stringify(some.map(({ id, width, grow, hint }) => [id, width, grow, hint]));
    if (told(shown) === told(this.shown)) return;
    this.shown = shown;
    this.emit(
      'pl-shown',
      shown.map(({ id }) => id),
    );
  }

  protected override firstUpdated(): void {
    this.rowHeight = Math.max(22, Math.round(this.fontSize * 1.77));
    this.style.setProperty('--row-height', `${this.rowHeight}px`);
    this.layout();
    this.fit();
    this.emit(
      'pl-shown',
      this.shown.map(({ id }) => id),
    );
    this.grid.scrollTop = this.initialScroll;
    this.measure();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('ran') || changed.has('choice')) this.fit();
    this.layout();
    if (changed.has('rows')) this.measure();
    // rows that only fly past need no pictures
    if (this.settling === undefined && this.shown.some(({ id }) => id === 'weights'))
      this.pictures.show(
        this.rows.slice(this.start, this.end).flatMap((row) => (isLayer(row) ? [row.layer] : [])),
        this.layers,
      );
  }

  /** Sizes that depend on data are set through the CSSOM: the content policy forbids style attributes. */
  private layout(): void {
    const { shown } = this;
    setProperty(this, '--table-columns', shown.map(({ width, grow }) => (grow ? `minmax(${width}em, ${grow}fr)` : `${width}em`)).join(' '));
    setProperty(this, '--table-width', `${totalWidth(shown)}em`);
    setProperty(this, '--name-width', `${shown.find(({ id }) => id === 'layer')?.width ?? 0}em`);
    setProperty(this, '--figures', `${shown.findIndex(({ id }) => id === 'suggested') + 1}`);
    const body = this.renderRoot.querySelector<HTMLElement>('.body')!;
    body.style.height = `${this.rows.length * this.rowHeight}px`;
    body.style.paddingTop = `${Math.min(this.start, this.rows.length) * this.rowHeight}px`;
  }

  private layerRow(row: LayerRow, position: number) {
    const { shown, grouped, selection, target, running, measuring, ran } = this;
    const layer = this.layers[row.layer];
    const at = this.group === null && row.layer === selection.current;
    const selected = selection.chosen.has(row.layer);
    // most rows stay as they are while the table scrolls or another row is chosen
    const shows = [layer, row, position, shown, grouped, at, selected, target, running, measuring, ran];
    return guard([...shows, this.planned.at(row.layer), this.pictures.of(row.layer)], () =>
      layerRow(layer, row, position, {
        columns: shown,
        context: this,
        grouped,
        at,
        selected,
        onChoose: (event) => {
          // the button of a chosen row is for all that are chosen
          const button = event.composedPath().some((part) => part instanceof HTMLElement && part.classList.contains('edit'));
          if (!button || !this.selection.chosen.has(row.layer)) this.choose(row.layer, selectMode(event));
        },
        onEnter: () => this.emit('pl-enter', undefined),
        onEdit: (beside) => this.editScheme(beside),
      }),
    );
  }

  private groupRow(row: GroupRow, position: number) {
    return groupRow(row, position, {
      layers: this.layers,
      columns: this.shown,
      active: row.key === this.group,
      onToggle: () => this.emit('pl-group', row.key),
      onPoint: () => (this.group = row.key),
    });
  }

  protected override render() {
    const { shown } = this;
    const start = Math.min(this.start, this.rows.length);
    const visible = this.rows.slice(start, this.end);
    this.elements = recycle(this.elements, start, start + visible.length);
    const { at, grouped } = this;
    const active = at >= start && at < start + visible.length ? visible[at - start] : undefined;
    const activeId = active ? (isLayer(active) ? `row-${active.layer}` : `group-${at}`) : nothing;
    return html`<div
        id="grid"
        class="${active ? 'marked' : ''} ${this.wide ? 'wide' : ''}"
        role=${grouped ? 'treegrid' : 'grid'}
        tabindex="0"
        aria-label=${t('Layers')}
        aria-multiselectable="true"
        aria-keyshortcuts="F2"
        aria-rowcount=${this.rows.length + 1}
        aria-colcount=${shown.length}
        aria-activedescendant=${activeId}
        @scroll=${this.scrolled}
        @keydown=${this.key}
        @mousedown=${this.pressed}
      >
        <div class="head" role="rowgroup">
          <div role="row" aria-rowindex="1" @keydown=${this.headKey}>
            ${shown.map((column, i) =>
              heading(column, i, {
                sort: this.sort,
                reachable: i === this.headFocus,
                onFocus: () => (this.headFocus = i),
                onSort: () => this.emit('pl-sort', nextSort(this.sort, column.id, column.firstDescending)),
                onGrip: (event) => this.grip(column, event),
                onReset: () => this.emit('pl-columns', resizeColumn(this.choice, column.id, null)),
              }),
            )}
          </div>
        </div>
        <div class="body" role="rowgroup">
          ${repeat(
            visible,
            (_, i) => this.elements.keys[i],
            (row, i) => (isLayer(row) ? this.layerRow(row, start + i) : this.groupRow(row, start + i)),
          )}
        </div>
      </div>
      <span id="resizing" class="visually-hidden">${t('Shift and the arrow keys change the width of the column.')}</span>`;
  }
}

customElements.define('pl-layer-table', PlLayerTable);
