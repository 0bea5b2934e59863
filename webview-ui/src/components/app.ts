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
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { changed } from '../../../src/report/choices.js';
import type { ExportFormat } from '../../../src/report/exportFormat.js';
import type { PlanRequest } from '../../../src/report/planRequest.js';
import type { LayerHistogram, LayerReport, Report } from '../../../src/report/types.js';
import type { PageAction } from '../../../src/rpc/page.js';
import type { Analysis, PlanEdit } from '../analysis.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { schemeLabel } from '../view/edits.js';
import { planLayers, type PlannedLayers } from '../view/planned.js';
import { transformEdit, type TransformChange } from '../view/remedy.js';
import { transformLabel } from '../view/transformWords.js';
import { worstLayer } from '../view/rows.js';
import { withRun } from '../view/run.js';
import type { PageState } from '../view/state.js';
import type { Axis } from '../view/plans.js';
import type { SensitivityChoice, ViewState } from '../view/viewState.js';
import '../graph/components/graphView.js';
import type { Camera } from '../graph/camera.js';
import type { GraphViewState } from '../graph/viewState.js';
import '../views/layersView.js';
import '../views/plan/planView.js';
import '../views/sensitivity/sensitivityView.js';
import { views, type ViewId } from '../views/views.js';
import { icon } from './icon.js';
import './layerDetail.js';
import type { PlLayerDetail } from './layerDetail.js';
import './modelHeader.js';
import type { FileOffer } from './offer.js';
import './sash.js';
import { setProperty } from './setProperty.js';
import type { SchemeChoice } from './schemePicker.js';
import './tabs.js';
import { shared } from './styles.js';
import { appStyles } from './appStyles.js';

/** Where each view ends and the detail of the chosen layer begins. The plan is of all layers, and has no detail below. */
const splits = { layers: 'split', sensitivity: 'sensitivitySplit', plan: 'split', graph: 'graphSplit' } as const satisfies Record<
  ViewId,
  keyof ViewState
>;

/** A file's name without its extension. */
const stemOf = (file: string): string => file.replace(/\.[^.]*$/, '');

const none: readonly never[] = [];

export class PlApp extends LitElement {
  static override readonly properties = {
    analysis: { attribute: false },
    state: { attribute: false },
    view: { attribute: false },
    file: { attribute: false },
    target: { attribute: false },
  };
  declare analysis: Analysis;
  declare state: PageState;
  declare view: ViewState;
  /** Shown until the report names the file itself. */
  declare file: string;
  /** dB */
  declare target: number;

  static override readonly styles = [shared, appStyles];

  /** Whether there are figures of a run. */
  private get ran(): boolean {
    return this.state.run.layers.size > 0;
  }

  private readonly fetchHistogram = (index: number, bins: number): Promise<LayerHistogram> => this.analysis.histogram(index, bins);
  private readonly fetchGraph = () => this.analysis.graph();
  /** Views that were looked at stay as they were left. */
  private readonly seen = new Set<ViewId>();
  private readonly resized = new ResizeObserver(() => this.layout());

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    this.addEventListener('pl-edit', this.edit);
    this.addEventListener('pl-apply', this.apply);
    this.addEventListener('pl-transform', this.transform);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.removeEventListener('pl-edit', this.edit);
    this.removeEventListener('pl-apply', this.apply);
    this.removeEventListener('pl-transform', this.transform);
  }

  /** Gives the layer that is shown in detail another scheme. */
  private readonly apply = (event: Event): void => {
    const { target, scheme } = (event as CustomEvent<SchemeChoice>).detail;
    const { report, run, choices } = this.state;
    const layers = report ? withRun(report, run).layers : [];
    const index = this.chosen(layers);
    if (index === null) return;
    const { name } = layers[index];
    this.analysis.edit({ label: schemeLabel([name], target, scheme), choices: [changed(choices, name, { [target]: scheme })] });
  };

  /** Applies a remedy that is no scheme, or takes it back. */
  private readonly transform = (event: Event): void => {
    const change = (event as CustomEvent<TransformChange>).detail;
    const { report, base, choices } = this.state;
    const index = report?.layers.findIndex(({ name }) => name === change.layer) ?? -1;
    if (index < 0) return;
    const planned = base?.assignments[index]?.transforms ?? [];
    this.analysis.edit({ label: transformLabel(change), choices: transformEdit(choices, planned, change) });
  };

  private readonly edit = (event: Event): void => this.analysis.edit((event as CustomEvent<PlanEdit>).detail);

  private readonly act = ({ detail }: CustomEvent<PageAction>): void => this.analysis.act(detail);
  private readonly find = ({ detail }: CustomEvent<PlanRequest>): void => this.analysis.findPlan(detail);

  /** What the view of sensitivities showed when it was seen last. */
  private effects: Report | undefined;

  /** What the user's plan was worked out from, and what it is of all layers. */
  private plannedFrom: readonly unknown[] = [];
  private planned: PlannedLayers = planLayers(none, none, null, none);

  private planOf(layers: readonly LayerReport[]): PlannedLayers {
    const { choices, base, yours } = this.state;
    const errors = yours?.errors ?? none;
    const from = [layers, choices, base, errors];
    if (from.some((part, i) => part !== this.plannedFrom[i])) {
      this.plannedFrom = from;
      this.planned = planLayers(layers, choices, base, errors);
    }
    return this.planned;
  }

  private change(change: Partial<ViewState>): void {
    this.dispatchEvent(new CustomEvent<Partial<ViewState>>('pl-view', { detail: change }));
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

  /** What the heights of the views are worked out from. */
  private layout(): void {
    const panes = this.renderRoot.querySelector<HTMLElement>('.panes');
    if (!panes) return;
    setProperty(this, '--pane', `${panes.clientHeight}px`);
    setProperty(this, '--split', `${this.view.split}`);
    setProperty(this, '--graph-split', `${this.view.graphSplit}`);
    setProperty(this, '--sensitivity-split', `${this.view.sensitivitySplit}`);
  }

  protected override updated(): void {
    this.layout();
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
      // what failed may have been the machine, not the file
      html`<vscode-button secondary @click=${() => this.analysis.start()}>${t('Analyze again')}</vscode-button>`,
    ]);
  }

  private readonly selectLayer = ({ detail }: CustomEvent<number>): void =>
    this.change({ selected: detail, selectedName: this.state.report?.layers[detail].name ?? null });

  private readonly enterDetail = (): void => this.renderRoot.querySelector<PlLayerDetail>('pl-layer-detail')?.focus();

  private graph(planned: PlannedLayers, index: number | null): TemplateResult {
    return html`<pl-graph-view
      role="tabpanel"
      aria-label=${t('Graph')}
      ?hidden=${this.view.tab !== 'graph'}
      .fetchGraph=${this.fetchGraph}
      .layers=${planned.layers}
      .planned=${planned.differs}
      .target=${this.target}
      .selected=${index}
      .view=${this.view.graph}
      .initialCamera=${this.view.graphCamera}
      .file=${this.file}
      @pl-select=${this.selectLayer}
      @pl-enter=${this.enterDetail}
      @pl-graph-view=${({ detail }: CustomEvent<Partial<GraphViewState>>) => this.change({ graph: { ...this.view.graph, ...detail } })}
      @pl-camera=${({ detail }: CustomEvent<Camera>) => this.change({ graphCamera: detail })}
    ></pl-graph-view>`;
  }

  private sensitivity(index: number | null): TemplateResult {
    // a view that is not seen need not follow a run
    if (this.view.tab === 'sensitivity' || !this.effects) this.effects = withRun(this.state.report!, this.state.run);
    return html`<pl-sensitivity-view
      role="tabpanel"
      aria-label=${t('Sensitivity')}
      ?hidden=${this.view.tab !== 'sensitivity'}
      .report=${this.effects}
      .run=${this.state.run}
      .target=${this.target}
      .selected=${index}
      .choice=${this.view.sensitivity}
      .file=${stemOf(this.file)}
      @pl-select=${this.selectLayer}
      @pl-act=${this.act}
      @pl-sensitivity=${({ detail }: CustomEvent<SensitivityChoice>) => this.change({ sensitivity: detail })}
    ></pl-sensitivity-view>`;
  }

  private plan(layers: readonly LayerReport[], index: number | null): TemplateResult {
    return html`<pl-plan-view
      role="tabpanel"
      aria-label=${t('Plan')}
      ?hidden=${this.view.tab !== 'plan'}
      .plan=${this.state.plan}
      .layers=${layers}
      .choices=${this.state.choices}
      .base=${this.state.base}
      .yours=${this.state.yours}
      .trial=${this.state.trial}
      .blocked=${this.state.run.view.blocked}
      .active=${this.view.tab === 'plan'}
      .showPlan=${this.analysis.showPlan}
      .tryPlan=${this.analysis.tryPlan}
      .selected=${index}
      .axis=${this.view.planAxis}
      .file=${stemOf(this.file)}
      @pl-select=${this.selectLayer}
      @pl-act=${this.act}
      @pl-find=${this.find}
      @pl-axis=${({ detail }: CustomEvent<Axis>) => this.change({ planAxis: detail })}
    ></pl-plan-view>`;
  }

  private body(layers: readonly LayerReport[]): TemplateResult {
    const index = this.chosen(layers);
    const planned = this.planOf(layers);
    const running = this.state.phase === 'streaming' || this.state.phase === 'loading';
    const { tab } = this.view;
    this.seen.add(tab);
    return html`<pl-tabs
        .tabs=${views()}
        .current=${tab}
        @pl-tab=${({ detail }: CustomEvent<ViewId>) => this.change({ tab: detail })}
      ></pl-tabs>
      <div class="panes">
        <pl-layers-view
          role="tabpanel"
          aria-label=${t('Layers')}
          ?hidden=${tab !== 'layers'}
          .layers=${layers}
          .selected=${index}
          .target=${this.target}
          .running=${running}
          .ran=${this.ran}
          .measuring=${this.state.run.view.kind === 'running'}
          .choices=${this.state.choices}
          .plan=${planned}
          .view=${this.view}
          .study=${this.analysis.study}
          @pl-view=${({ detail }: CustomEvent<Partial<ViewState>>) => this.change(detail)}
          @pl-enter=${this.enterDetail}
        ></pl-layers-view>
        ${this.seen.has('sensitivity') ? this.sensitivity(index) : nothing} ${this.seen.has('plan') ? this.plan(layers, index) : nothing}
        ${this.seen.has('graph') ? this.graph(planned, index) : nothing}
        <pl-sash
          ?hidden=${tab === 'plan'}
          .split=${this.view[splits[tab]]}
          @pl-split=${({ detail }: CustomEvent<number>) => this.change({ [splits[tab]]: detail })}
        ></pl-sash>
        <section class="detail" ?hidden=${tab === 'plan'} aria-label=${t('Layer detail')}>
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
                  .planned=${planned.planned[index]}
                  .asPlanned=${planned.layers[index]}
                  .logScale=${this.view.logScale}
                  .fetchHistogram=${this.fetchHistogram}
                  .study=${this.analysis.study}
                  .choice=${this.state.choices.find(({ layer }) => layer === layers[index].name)}
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
        @pl-act=${this.act}
        @pl-find=${this.find}
        @pl-show-plan=${() => this.change({ tab: 'plan' })}
        @pl-export=${({ detail }: CustomEvent<ExportFormat>) => this.analysis.export(detail)}
      ></pl-model-header>
      <main @pl-save=${({ detail: { name, bytes } }: CustomEvent<FileOffer>) => this.analysis.save(name, bytes)}>${this.content()}</main>
    `;
  }
}

customElements.define('pl-app', PlApp);
