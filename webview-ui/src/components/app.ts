/**
 * The page of one model. What its reader wants to know, in this order:
 *
 * 1. Which layers are the problem? The summary sentence counts them, the heat strip shows them, the worst one is chosen when the analysis ends.
 * 2. How few bits can each live with? The suggestion, and the SQNR by bits in which the target is reached with it and not before.
 * 3. Where to clip? The clip range in the table and drawn on the histogram of the weights.
 * 4. What does it cost, what does it save? SQNR and clipped share per layer, size of all weights in the header.
 * 5. How far can these figures be trusted? The badge: they come from the weights alone, from synthetic inputs or from the user's own; the button
 *    beside it raises that. What was predicted and not measured has a ≈.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { LayerHistogram, LayerReport } from '../../../src/report/types.js';
import type { PageAction } from '../../../src/rpc/page.js';
import type { Analysis } from '../analysis.js';
import { formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { visibleRows, worstLayer, type Sort } from '../view/rows.js';
import { withRun } from '../view/run.js';
import type { PageState } from '../view/state.js';
import type { ViewState } from '../view/viewState.js';
import '../graph/components/graphView.js';
import type { FileOffer } from '../graph/components/graphView.js';
import type { Camera } from '../graph/camera.js';
import type { GraphViewState } from '../graph/viewState.js';
import { views, type ViewId } from '../views/views.js';
import { heatStyles } from './heatStyles.js';
import { icon } from './icon.js';
import './layerDetail.js';
import type { PlLayerDetail } from './layerDetail.js';
import './layerTable.js';
import type { PlLayerTable } from './layerTable.js';
import './modelHeader.js';
import './sash.js';
import './tabs.js';
import { shared } from './styles.js';
import { appStyles } from './appStyles.js';

export class PlApp extends LitElement {
  static override readonly properties = {
    analysis: { attribute: false },
    state: { attribute: false },
    view: { attribute: false },
    file: { attribute: false },
    target: { attribute: false },
    hiddenColumns: { state: true },
  };
  declare analysis: Analysis;
  declare state: PageState;
  declare view: ViewState;
  /** Shown until the report names the file itself. */
  declare file: string;
  /** dB */
  declare target: number;
  /** Headings of the columns that the table has no room for. */
  declare private hiddenColumns: readonly string[];

  static override readonly styles = [shared, heatStyles, appStyles];

  private rowsOf: { layers: readonly LayerReport[]; filter: string; sort: Sort | null; rows: readonly number[] } | undefined;

  /** Whether there are figures of a run. */
  private get ran(): boolean {
    return this.state.run.layers.size > 0;
  }

  private readonly fetchHistogram = (index: number, bins: number): Promise<LayerHistogram> => this.analysis.histogram(index, bins);
  private readonly fetchGraph = () => this.analysis.graph();
  /** Views that were looked at stay as they were left. */
  private readonly seen = new Set<ViewId>();
  private readonly resized = new ResizeObserver(() => this.layout());

  constructor() {
    super();
    this.hiddenColumns = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  private change(change: Partial<ViewState>): void {
    this.dispatchEvent(new CustomEvent<Partial<ViewState>>('pl-view', { detail: change }));
  }

  private get table(): PlLayerTable | null {
    return this.renderRoot.querySelector<PlLayerTable>('pl-layer-table');
  }

  private rows(layers: readonly LayerReport[]): readonly number[] {
    const { filter, sort } = this.view;
    const known = this.rowsOf;
    if (known && known.layers === layers && known.filter === filter && known.sort === sort) return known.rows;
    const rows = visibleRows(layers, filter, sort, this.ran ? 'outputs' : 'weights');
    this.rowsOf = { layers, filter, sort, rows };
    return rows;
  }

  /** The user's choice, else the worst layer once everything is known. */
  private chosen(layers: readonly LayerReport[]): number | null {
    const { selected, selectedName } = this.view;
    if (selected !== null && layers[selected]?.name === selectedName) return selected;
    if (this.state.phase !== 'done') return null;
    // while effects come in, the worst by now changes all the time
    const { report, run } = this.state;
    return worstLayer(run.view.kind === 'running' && report ? report.layers : layers) ?? 0;
  }

  private layout(): void {
    const { table } = this;
    const panes = this.renderRoot.querySelector<HTMLElement>('.panes');
    if (!table || !panes) return;
    const full = table.fullHeight;
    this.style.setProperty('--table-height', `${Math.min(full, Math.max(120, Math.round(panes.clientHeight * this.view.split)))}px`);
    this.style.setProperty('--table-height-free', `${full}px`);
    this.style.setProperty('--view-height', `${Math.max(160, Math.round(panes.clientHeight * this.view.graphSplit))}px`);
  }

  protected override updated(): void {
    void this.table?.updateComplete.then(() => this.layout());
  }

  private message(symbol: TemplateResult, heading: string, text: string, actions: readonly TemplateResult[] = []): TemplateResult {
    return html`<div class="message" role="status">
      <span class="big muted">${symbol}</span>
      <h2>${heading}</h2>
      <p>${text}</p>
      ${actions.length > 0 ? html`<div class="actions">${actions}</div>` : nothing}
    </div>`;
  }

  private failure(): TemplateResult {
    const reopen = (as: 'text' | 'binary', label: string, secondary: boolean) =>
      html`<vscode-button ?secondary=${secondary} @click=${() => this.analysis.reopen(as)}>${label}</vscode-button>`;
    return this.message(icon('error', 'error'), t('This model could not be analyzed'), displayName(this.state.error ?? '', 2000), [
      reopen('text', t('Reopen as Text'), false),
      reopen('binary', t('Reopen as Binary'), true),
    ]);
  }

  private legend(): TemplateResult {
    const db = formatDb(this.target).replace(/[.,]0$/, '');
    return html`<div class="legend" role="note">
      <span class="words muted"
        >${this.ran ? t('SQNR at the outputs by bits, target {0} dB:', db) : t('SQNR by bits, target {0} dB:', db)}</span
      >
      <span class="tint far">${t('far below')}</span><span class="tint below">${t('below')}</span><span class="tint near">${t('near')}</span
      ><span class="tint enough">${t('reached')}</span><span class="tint ample">${t('ample')}</span
      ><span class="tint chosen">${t('suggested')}</span>
    </div>`;
  }

  private readonly clearFilter = (): void => {
    this.change({ filter: '' });
    this.renderRoot.querySelector<HTMLElement>('vscode-textfield')?.focus();
  };

  private tools(shown: number, total: number): TemplateResult {
    const hidden = this.hiddenColumns;
    return html`<div class="tools">
      <vscode-textfield
        .label=${t('Filter layers by name, operator or weight')}
        placeholder=${t('Filter by name or operator')}
        .value=${this.view.filter}
        @input=${(event: Event) => this.change({ filter: (event.target as HTMLElement & { value: string }).value, scrollTop: 0 })}
        @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.change({ filter: '' })}
        ><span slot="content-before">${icon('search', 'muted')}</span>${
          this.view.filter === ''
            ? html`<span slot="content-after" class="corner"></span>`
            : html`<button
                slot="content-after"
                type="button"
                title=${t('Clear the filter')}
                aria-label=${t('Clear the filter')}
                @click=${this.clearFilter}
              >
                ${icon('close')}
              </button>`
        }</vscode-textfield
      >
      <span class="muted" role="status">
        ${
          shown === total
            ? total === 1
              ? t('1 layer')
              : t('{0} layers', formatCount(total))
            : t('{0} of {1} layers', formatCount(shown), formatCount(total))
        }
      </span>
      ${
        hidden.length === 0
          ? nothing
          : html`<span class="muted" title=${t('{0}: see the figures below, or widen the editor.', hidden.join(t(', ')))}>
              ${hidden.length === 1 ? t('1 column hidden') : t('{0} columns hidden', hidden.length)}
            </span>`
      }
      ${this.legend()}
    </div>`;
  }

  private readonly selectLayer = ({ detail }: CustomEvent<number>): void =>
    this.change({ selected: detail, selectedName: this.state.report?.layers[detail].name ?? null });

  private readonly enterDetail = (): void => this.renderRoot.querySelector<PlLayerDetail>('pl-layer-detail')?.focus();

  private graph(layers: readonly LayerReport[], index: number | null): TemplateResult {
    return html`<pl-graph-view
      role="tabpanel"
      aria-label=${t('Graph')}
      ?hidden=${this.view.tab !== 'graph'}
      .fetchGraph=${this.fetchGraph}
      .layers=${layers}
      .target=${this.target}
      .selected=${index}
      .view=${this.view.graph}
      .initialCamera=${this.view.graphCamera}
      .file=${this.file}
      @pl-select=${this.selectLayer}
      @pl-enter=${this.enterDetail}
      @pl-graph-view=${({ detail }: CustomEvent<Partial<GraphViewState>>) => this.change({ graph: { ...this.view.graph, ...detail } })}
      @pl-camera=${({ detail }: CustomEvent<Camera>) => this.change({ graphCamera: detail })}
      @pl-save=${({ detail: { name, bytes } }: CustomEvent<FileOffer>) => this.analysis.save(name, bytes)}
    ></pl-graph-view>`;
  }

  private body(layers: readonly LayerReport[]): TemplateResult {
    const rows = this.rows(layers);
    const index = this.chosen(layers);
    const running = this.state.phase === 'streaming' || this.state.phase === 'loading';
    const { tab } = this.view;
    this.seen.add(tab);
    return html`<pl-tabs
        .tabs=${views()}
        .current=${tab}
        @pl-tab=${({ detail }: CustomEvent<ViewId>) => this.change({ tab: detail })}
      ></pl-tabs>
      ${tab === 'layers' ? this.tools(rows.length, layers.length) : nothing}
      <div class="panes">
        <pl-layer-table
          role="tabpanel"
          aria-label=${t('Layers')}
          ?hidden=${tab !== 'layers'}
          .layers=${layers}
          .rows=${rows}
          .sort=${this.view.sort}
          .selected=${index}
          .target=${this.target}
          .running=${running}
          .ran=${this.ran}
          .measuring=${this.state.run.view.kind === 'running'}
          .initialScroll=${this.view.scrollTop}
          @pl-select=${this.selectLayer}
          @pl-enter=${this.enterDetail}
          @pl-sort=${({ detail }: CustomEvent<Sort | null>) => this.change({ sort: detail })}
          @pl-hidden=${({ detail }: CustomEvent<readonly string[]>) => (this.hiddenColumns = detail)}
          @pl-scroll=${({ detail }: CustomEvent<number>) => this.change({ scrollTop: detail })}
        ></pl-layer-table>
        ${tab === 'layers' && rows.length === 0 ? html`<p class="empty">${t('No layer matches the filter.')}</p>` : nothing}
        ${this.seen.has('graph') ? this.graph(layers, index) : nothing}
        <pl-sash
          .split=${tab === 'layers' ? this.view.split : this.view.graphSplit}
          @pl-split=${({ detail }: CustomEvent<number>) => this.change(tab === 'layers' ? { split: detail } : { graphSplit: detail })}
        ></pl-sash>
        <section class="detail" aria-label=${t('Layer detail')}>
          ${
            index === null
              ? html`<p class="empty">
                  ${
                    running
                      ? t('The layer that needs the most bits is shown here when the analysis is done. Or choose one above.')
                      : t('Choose a layer to see its weights, clip range and SQNR.')
                  }
                </p>`
              : html`<pl-layer-detail
                  .layer=${layers[index]}
                  .index=${index}
                  .target=${this.target}
                  .running=${running}
                  .measuring=${this.state.run.view.kind === 'running'}
                  .logScale=${this.view.logScale}
                  .fetchHistogram=${this.fetchHistogram}
                  @pl-log-scale=${({ detail }: CustomEvent<boolean>) => this.change({ logScale: detail })}
                ></pl-layer-detail>`
          }
        </section>
      </div>`;
  }

  private content(): TemplateResult {
    const { phase, report } = this.state;
    if (phase === 'failed' && !report?.layers.length) return this.failure();
    if (!report) {
      return phase === 'cancelled'
        ? this.message(icon('circle-slash'), t('Cancelled before anything was read'), t('Analyze again to see the layers of this model.'))
        : html`<div class="skeleton" aria-hidden="true">${Array.from({ length: 8 }, () => html`<i></i>`)}</div>`;
    }
    if (report.layers.length === 0) {
      return phase === 'done'
        ? this.message(
            icon('info'),
            t('No weights to quantize were found'),
            t('The file was read, but it holds no convolution, matrix product, recurrent layer or embedding with constant weights.'),
          )
        : html`<div class="skeleton" aria-hidden="true">${Array.from({ length: 8 }, () => html`<i></i>`)}</div>`;
    }
    return this.body(withRun(report, this.state.run).layers);
  }

  protected override render() {
    return html`
      <pl-model-header
        .state=${this.state}
        .file=${this.file}
        .target=${this.target}
        @pl-cancel=${() => this.analysis.cancel()}
        @pl-restart=${() => this.analysis.start()}
        @pl-act=${({ detail }: CustomEvent<PageAction>) => this.analysis.act(detail)}
      ></pl-model-header>
      <main>${this.content()}</main>
    `;
  }
}

customElements.define('pl-app', PlApp);
