import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { changed, undecided, type Choices } from '../../../src/report/choices.js';
import type { LayerReport } from '../../../src/report/types.js';
import '../components/columnMenu.js';
import { controlStyles, iconButton } from '../components/controls.js';
import '../components/filterBox.js';
import { bitsText } from '../components/groupRow.js';
import { heatStyles } from '../components/heatStyles.js';
import '../components/layerTable.js';
import type { PlLayerTable } from '../components/layerTable.js';
import '../components/schemePicker.js';
import type { PlSchemePicker, SchemeChoice } from '../components/schemePicker.js';
import { setProperty } from '../components/setProperty.js';
import { shared } from '../components/styles.js';
import type { ColumnChoice } from '../table/columnLayout.js';
import { groupedRows, moduleKeys, plainRows, type TableRow } from '../table/rows.js';
import { noSelection, selectOne, type Selection } from '../table/selection.js';
import { totals } from '../table/totals.js';
import { formatBytes, formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { LayerStudy } from '../study.js';
import { schemeLabel, sendEdit } from '../view/edits.js';
import { partsFor, planLayers, type PlannedLayers } from '../view/planned.js';
import { columns } from '../view/columns.js';
import { visibleRows, type Sort } from '../view/rows.js';
import type { ViewState } from '../view/viewState.js';

/** The layers as a table, with what to filter, group and choose its columns by. Events: `pl-view` with what has changed, `pl-enter`. */
export class PlLayersView extends LitElement {
  static override readonly properties = {
    layers: { attribute: false },
    target: { attribute: false },
    running: { attribute: false },
    ran: { attribute: false },
    measuring: { attribute: false },
    selected: { attribute: false },
    choices: { attribute: false },
    plan: { attribute: false },
    view: { attribute: false },
    study: { attribute: false },
    selection: { state: true },
    shownColumns: { state: true },
  };
  declare layers: readonly LayerReport[];
  /** dB */
  declare target: number;
  /** Whether figures that are missing are still to come: those of the weights, and those of the run. */
  declare running: boolean;
  declare measuring: boolean;
  /** Whether the model was run. */
  declare ran: boolean;
  /** The layer that is shown in detail; an index into `layers`. */
  declare selected: number | null;
  /** What the user decided. */
  declare choices: Choices;
  /** What comes of it. */
  declare plan: PlannedLayers;
  declare view: ViewState;
  declare study: LayerStudy;
  declare private selection: Selection;
  /** Ids of the columns that there is room for. */
  declare private shownColumns: readonly string[];

  static override readonly styles = [
    shared,
    controlStyles,
    heatStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .tools {
        align-items: center;
        column-gap: 12px;
        display: flex;
        flex: none;
        flex-wrap: wrap;
        padding: 8px 16px;
        row-gap: 6px;
      }
      pl-filter-box {
        flex: 1 1 18em;
        max-width: 32em;
      }
      .group {
        align-items: center;
        column-gap: 2px;
        display: flex;
      }
      .legend {
        align-items: center;
        column-gap: 3px;
        display: flex;
        flex-wrap: wrap;
        font-size: 0.87em;
        margin-inline-start: auto;
        row-gap: 4px;
      }
      .legend .tint {
        --row-height: 20px;
        height: 16px;
        line-height: 16px;
        margin: 0;
        padding: 0 6px;
        white-space: nowrap;
      }
      .legend .words {
        margin-inline-end: 5px;
      }
      pl-layer-table {
        border-top: 1px solid var(--line);
        flex: 0 1 auto;
        height: min(var(--full-height), max(120px, calc(var(--pane) * var(--split))));
      }
      .empty {
        color: var(--muted);
        line-height: 1.5;
        margin: auto;
        max-width: 60ch;
        padding: 24px 16px;
        text-align: center;
      }
      /* the page scrolls as one */
      @media (max-width: 640px), (max-height: 560px) {
        .tools {
          padding-inline: 12px;
        }
        .legend {
          margin-inline-start: 0;
        }
        pl-layer-table {
          height: var(--full-height);
          max-height: 60vh;
        }
      }
    `,
  ];

  /** Whether the layer that is chosen was not seen in the table since. */
  private unseen = false;
  private rows: readonly TableRow[] = [];
  private shownLayers = 0;

  constructor() {
    super();
    this.selection = noSelection;
    this.shownColumns = [];
    this.running = false;
    this.measuring = false;
    this.ran = false;
    this.selected = null;
    this.choices = [];
    this.plan = planLayers([], [], null, []);
  }

  private change(detail: Partial<ViewState>): void {
    this.dispatchEvent(new CustomEvent('pl-view', { detail }));
  }

  protected override willUpdate(updated: PropertyValues<this>): void {
    if (updated.has('selected') && this.selected !== this.selection.current) {
      this.selection = this.selected === null ? noSelection : selectOne(this.selected);
      // chosen in another view: to be found here without searching
      if (this.view.tab !== 'layers') this.unseen = true;
    }
    const before = updated.get('view');
    const {
      plan: { layers },
      view,
    } = this;
    const same = (['filter', 'sort', 'grouped', 'closedGroups'] as const).every((key) => before?.[key] === view[key]);
    if (!updated.has('plan') && !updated.has('ran') && (!updated.has('view') || same)) return;
    const order = visibleRows(layers, view.filter, view.sort, this.ran ? 'outputs' : 'weights');
    this.shownLayers = order.length;
    this.rows = view.grouped ? groupedRows(layers, order, new Set(view.closedGroups)) : plainRows(layers, order);
  }

  protected override updated(): void {
    const table = this.renderRoot.querySelector<PlLayerTable>('pl-layer-table');
    void table?.updateComplete.then(() => {
      setProperty(this, '--full-height', `${table.fullHeight}px`);
      if (!this.unseen || this.view.tab !== 'layers') return;
      this.unseen = false;
      table.revealSelected();
    });
  }

  private readonly select = ({ detail }: CustomEvent<Selection>): void => {
    this.selection = detail;
    const { current } = detail;
    if (current !== this.selected) this.change({ selected: current, selectedName: current === null ? null : this.layers[current].name });
  };

  private readonly toggleGroup = ({ detail: key }: CustomEvent<string>): void => {
    const { closedGroups } = this.view;
    this.change({ closedGroups: closedGroups.includes(key) ? closedGroups.filter((other) => other !== key) : [...closedGroups, key] });
  };

  /** The layers that an edit is for: all that are chosen and have figures. */
  private get edited(): readonly number[] {
    return [...this.selection.chosen].sort((a, b) => a - b).filter((index) => this.layers[index].problem === undefined);
  }

  private pickScheme(anchor: DOMRect): void {
    const { edited } = this;
    void this.renderRoot.querySelector<PlSchemePicker>('pl-scheme-picker')?.open(
      edited.map((index) => this.layers[index]),
      edited.map((index) => this.plan.planned[index]),
      anchor,
    );
  }

  private setScheme({ target, scheme }: SchemeChoice): void {
    const names = this.edited.map((index) => this.layers[index].name);
    const choices = names.map((name) =>
      scheme === undefined ? undecided(this.choices, name, partsFor(target)) : changed(this.choices, name, { [target]: scheme }),
    );
    sendEdit(this, { label: schemeLabel(names, target, scheme), choices });
  }

  private legend(): TemplateResult {
    const db = formatDb(this.target).replace(/[.,]0$/, '');
    return html`<div class="legend" role="note">
      <span class="words muted"
        >${this.ran ? t('SQNR at the outputs by bits, target {0} dB:', db) : t('SQNR by bits, target {0} dB:', db)}</span
      >
      <span class="tint far">${t('far below')}</span><span class="tint below">${t('below')}</span><span class="tint near">${t('near')}</span
      ><span class="tint enough">${t('reached')}</span><span class="tint ample">${t('ample')}</span
      ><span class="tint chosen">${t('suggested')}</span
      >${this.ran && this.measuring ? html`<span class="tint of-weights">${t('weights only, so far')}</span>` : nothing}
    </div>`;
  }

  /** How many layers are shown, and what those chosen are together. */
  private counts(): TemplateResult {
    const total = this.layers.length;
    const shown =
      this.shownLayers === total
        ? total === 1
          ? t('1 layer')
          : t('{0} layers', formatCount(total))
        : t('{0} of {1} layers', formatCount(this.shownLayers), formatCount(total));
    const { chosen } = this.selection;
    if (chosen.size < 2) return html`${shown}`;
    const { parameters, bits, bytes } = totals([...chosen].map((index) => this.plan.layers[index]));
    const parts = [
      t('{0} chosen', formatCount(chosen.size)),
      t('{0} parameters', formatCount(parameters)),
      ...(bits
        ? [
            bitsText(bits),
            this.plan.differs
              ? t('{0} now, {1} as planned', formatBytes(bytes.now), formatBytes(bytes.suggested))
              : t('{0} now, {1} as suggested', formatBytes(bytes.now), formatBytes(bytes.suggested)),
          ]
        : []),
    ];
    return html`${shown} · ${parts.join(t(', '))}`;
  }

  private tools(): TemplateResult {
    const { grouped, filter } = this.view;
    const group = (key: Partial<ViewState>) => () => this.change(key);
    return html`<div class="tools">
      <pl-filter-box
        .value=${filter}
        .layers=${this.layers}
        @pl-filter=${({ detail }: CustomEvent<string>) => this.change({ filter: detail, scrollTop: 0 })}
      ></pl-filter-box>
      <div class="group">
        ${iconButton('group-by-ref-type', t('Group by module'), group({ grouped: !grouped }), grouped)}
        ${
          grouped
            ? html`${iconButton('expand-all', t('Open all modules'), group({ closedGroups: [] }))}
              ${iconButton('collapse-all', t('Close all modules'), () => this.change({ closedGroups: moduleKeys(this.layers) }))}`
            : nothing
        }
        <pl-column-menu
          .columns=${columns(this.ran)}
          .shown=${this.shownColumns}
          .choice=${this.view.columns}
          @pl-columns=${({ detail }: CustomEvent<ColumnChoice>) => this.change({ columns: detail })}
        ></pl-column-menu>
      </div>
      <span class="muted" role="status">${this.counts()}</span>
      ${this.legend()}
    </div>`;
  }

  protected override render() {
    const { view } = this;
    return html`${this.tools()}
      <pl-layer-table
        .layers=${this.plan.layers}
        .planned=${this.plan.planned}
        .rows=${this.rows}
        .grouped=${view.grouped}
        .selection=${this.selection}
        .choice=${view.columns}
        .sort=${view.sort}
        .target=${this.target}
        .running=${this.running}
        .ran=${this.ran}
        .measuring=${this.measuring}
        .initialScroll=${view.scrollTop}
        .study=${this.study}
        @pl-select=${this.select}
        @pl-edit-scheme=${({ detail }: CustomEvent<DOMRect>) => this.pickScheme(detail)}
        @pl-enter=${() => this.dispatchEvent(new CustomEvent('pl-enter'))}
        @pl-group=${this.toggleGroup}
        @pl-columns=${({ detail }: CustomEvent<ColumnChoice>) => this.change({ columns: detail })}
        @pl-sort=${({ detail }: CustomEvent<Sort | null>) => this.change({ sort: detail })}
        @pl-shown=${({ detail }: CustomEvent<readonly string[]>) => (this.shownColumns = detail)}
        @pl-scroll=${({ detail }: CustomEvent<number>) => this.change({ scrollTop: detail })}
      ></pl-layer-table>
      <pl-scheme-picker
        @pl-scheme=${({ detail }: CustomEvent<SchemeChoice>) => this.setScheme(detail)}
        @pl-picker-close=${() => this.renderRoot.querySelector<PlLayerTable>('pl-layer-table')?.focus()}
      ></pl-scheme-picker>
      ${this.rows.length === 0 ? html`<p class="empty">${t('No layer matches the filter.')}</p>` : nothing}`;
  }
}

customElements.define('pl-layers-view', PlLayersView);
