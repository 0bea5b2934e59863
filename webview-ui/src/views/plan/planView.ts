import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Choices } from '../../../../src/report/choices.js';
import type { Plan, Totals } from '../../../../src/report/plan.js';
import type { PlanRequest } from '../../../../src/report/planRequest.js';
import type { LayerReport } from '../../../../src/report/types.js';
import type { PageAction, PlanBase } from '../../../../src/rpc/page.js';
import type { PlanEdit } from '../../analysis.js';
import '../../charts/chartFrame.js';
import type { ChartConfig } from '../../charts/chart.js';
import type { Palette } from '../../charts/palette.js';
import { figureTable } from '../../components/figureTable.js';
import { icon } from '../../components/icon.js';
import { progressLine } from '../../components/progressLine.js';
import { shared } from '../../components/styles.js';
import '../../components/term.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import type { Term } from '../../text/terms.js';
import {
  bitsReading,
  energyBars,
  energyReading,
  layerBits,
  measuredRows,
  memoryReading,
  memorySteps,
  planNotes,
  rooflinePoints,
  rooflineReading,
  totalsRows,
  type LayerBits,
  type TotalsRow,
} from '../../view/planFigures.js';
import { axisOf, choicesFor, sameSchemes, schemesAt, totalsAt, userSchemes, type Axis, type Candidate } from '../../view/plans.js';
import type { PlanKnown } from '../../view/planning.js';
import { planBudget, planProgressWords, planSentence, staleSentence, wasRun } from '../../view/planWords.js';
import '../layerBars.js';
import type { DrawBars } from '../layerBars.js';
import './front.js';
import { bitsChart, bitsTable, memoryChart, memoryTable, energyChart, energyTable, costsTable } from './planCharts.js';
import { planViewStyles } from './planViewStyles.js';
import { rooflineChart } from './rooflineChart.js';

const rowTerms: Partial<Record<TotalsRow['id'], Term>> = {
  sqnr: 'planSqnr',
  bytes: 'planBytes',
  bits: 'effectiveBits',
  activations: 'peakActivations',
  bops: 'bops',
  energy: 'energy',
  time: 'roofline',
};

/** Bits, memory, energy, roofline. */
const CHARTS = 4;

/**
 * The plan that was found: its front, what it assigns, what that costs, and what was measured of it.
 * Events: `pl-edit` to use it, `pl-find`, `pl-act`, `pl-axis`, `pl-select` with the index of a layer.
 */
export class PlPlanView extends LitElement {
  static override readonly properties = {
    plan: { attribute: false },
    layers: { attribute: false },
    choices: { attribute: false },
    base: { attribute: false },
    selected: { attribute: false },
    axis: { attribute: false },
    file: { attribute: false },
    candidate: { state: true },
    drawn: { state: true },
  };
  declare plan: PlanKnown;
  declare layers: readonly LayerReport[];
  /** What the user has decided. */
  declare choices: Choices;
  /** The plan that this lies over. */
  declare base: PlanBase | null;
  declare selected: number | null;
  /** What the front is seen by; null: by what the plan was found for. */
  declare axis: Axis | null;
  declare file: string;
  declare private candidate: Candidate;
  /** Charts below the front that are there: one more with each frame, so that showing the view takes none of them long. */
  declare private drawn: number;

  static override readonly styles = [shared, planViewStyles];

  private bits: readonly LayerBits[] = [];
  private order: readonly number[] = [];
  private drawBits: DrawBars | null = null;
  private drawMemory: ((palette: Palette) => ChartConfig) | null = null;
  private drawEnergy: ((palette: Palette) => ChartConfig) | null = null;
  private drawRoofline: ((palette: Palette) => ChartConfig) | null = null;

  constructor() {
    super();
    this.candidate = 'found';
    this.selected = null;
    this.drawn = 0;
  }

  protected override updated(): void {
    if (this.plan.plan && this.drawn < CHARTS) requestAnimationFrame(() => (this.drawn = Math.min(CHARTS, this.drawn + 1)));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { plan } = this.plan;
    const fresh = changed.has('plan') && changed.get('plan')?.plan !== plan;
    if (fresh) this.candidate = 'found';
    if (!plan || !(fresh || (changed as PropertyValues).has('candidate'))) return;
    if (fresh) {
      this.order = plan.assignments.map((_, i) => i);
      this.drawMemory = memoryChart(plan);
      const points = rooflinePoints(plan);
      this.drawRoofline = points.length > 0 ? (palette) => rooflineChart(palette, plan, points) : null;
    }
    const bits = (this.bits = layerBits(plan, schemesAt(plan, this.candidate)));
    this.drawBits = bitsChart(bits);
    this.drawEnergy = energyChart(plan, totalsAt(plan, this.candidate));
  }

  private use(plan: Plan): void {
    const names = plan.assignments.map(({ layer }) => layer);
    const inputs = this.layers.map(({ activationStats }) => activationStats?.input?.value);
    // where the user's plan lies over this one, nothing has to be decided for it
    const below = sameSchemes(userSchemes([], this.base, names), schemesAt(plan, this.candidate));
    const choices = below ? names.map((layer) => ({ layer })) : choicesFor(plan, this.candidate, inputs);
    this.dispatchEvent(new CustomEvent<PlanEdit>('pl-edit', { detail: { label: t('Use plan'), choices }, bubbles: true, composed: true }));
  }

  private find(plan: Plan, budget: string): void {
    const request: PlanRequest = { budgets: [budget], runtime: plan.runtime, minimize: this.plan.view.request?.minimize ?? 'size' };
    this.dispatchEvent(new CustomEvent<PlanRequest>('pl-find', { detail: request }));
  }

  private empty(): TemplateResult {
    const { view } = this.plan;
    if (view.kind === 'planning') {
      return html`<div class="message" role="status">
        ${progressLine(planProgressWords(this.plan), () =>
          this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail: 'cancel-plan' })),
        )}
      </div>`;
    }
    const failed = view.kind === 'failed';
    return html`<div class="message">
      <span class="big muted">${icon(failed ? 'error' : 'law')}</span>
      <h2>${failed ? t('No plan was found') : t('No plan yet')}</h2>
      <p>
        ${
          failed
            ? displayName(view.error ?? '', 500)
            : t(
                'A plan gives every layer as many bits as it needs and no more, so that all of them keep a budget: average bits, bytes, memory, energy or time. Set the budget above and find one.',
              )
        }
      </p>
    </div>`;
  }

  private head(plan: Plan): TemplateResult {
    const stale = staleSentence(this.plan);
    const { candidate } = this;
    const names = plan.assignments.map(({ layer }) => layer);
    const used = sameSchemes(userSchemes(this.choices, this.base, names), schemesAt(plan, candidate));
    const other = candidate === 'found' ? null : `bits=${Math.ceil(plan.pareto[candidate].effectiveBits * 1000) / 1000}`;
    const runtime = this.plan.view.runtimes.find(({ name }) => name === plan.runtime)?.title ?? plan.runtime;
    return html`<div class="head">
      <div>
        <h2>${t('Plan for {0}', planBudget(plan))}</h2>
        <p class="sentence">${planSentence(plan)}</p>
        <p class="muted">
          ${plan.runtime === 'generic' ? t('For any hardware.') : t('For {0}.', runtime)} ${t('All costs are estimates.')}
          ${wasRun(plan) ? nothing : t('Evidence: the weights alone.')}
        </p>
      </div>
      <div class="actions">
        <vscode-button ?disabled=${used || this.plan.view.stale === 'file'} @click=${() => this.use(plan)}
          >${used ? t('In use') : candidate === 'found' ? t('Use this plan') : t('Use this point as the plan')}</vscode-button
        >
        ${
          other === null
            ? nothing
            : html`<vscode-button secondary @click=${() => this.find(plan, other)}>${t('Find a plan like this')}</vscode-button>
                <vscode-button secondary @click=${() => (this.candidate = 'found')}>${t('Back to the plan')}</vscode-button>`
        }
      </div>
      ${stale === null ? nothing : html`<p class="stale" role="status">${icon('warning', 'warning')} ${stale}</p>`}
    </div>`;
  }

  private totals(plan: Plan, totals: Totals): TemplateResult {
    const rows = totalsRows(plan, totals).map(({ id, label, cells, ratio }) => {
      const term = rowTerms[id];
      return { head: term ? html`<pl-term .term=${term}>${label}</pl-term>` : label, cells: [...cells, ratio] };
    });
    const head = [t('Total'), t('float32'), t('int8'), this.candidate === 'found' ? t('Plan') : t('Point'), t('float32 over it')];
    return html`<section>
      <h3>${t('Before and after')}</h3>
      ${figureTable(
        t('Before and after'),
        head.map((label) => ({ label })),
        [{ rows }],
      )}
    </section>`;
  }

  private measured(plan: Plan): TemplateResult | typeof nothing {
    const rows = measuredRows(plan);
    if (rows.length === 0) return nothing;
    const head = [
      { label: t('When it was run') },
      { label: t('SQNR (dB)'), term: 'effect' as const },
      { label: t('Bytes') },
      { label: t('Bits') },
      { label: t('Same class'), term: 'agreement' as const },
      { label: t('Accuracy') },
    ];
    const shown = head.filter((_, i) => i === 0 || rows.some(({ cells }) => cells[i - 1] !== ''));
    const body = rows.map(({ name, own, cells }) => ({
      head: own ? html`<strong>${displayName(name, 80)}</strong>` : displayName(name, 80),
      cells: cells.filter((_, i) => shown.includes(head[i + 1])),
    }));
    return html`<section>
      <h3>${t('Measured, beside what one would pick by hand')}</h3>
      ${figureTable(t('Measured, beside what one would pick by hand'), shown, [{ rows: body }])}
    </section>`;
  }

  private charts(plan: Plan, totals: Totals): TemplateResult {
    const { bits } = this;
    const steps = memorySteps(plan);
    const bars = energyBars(plan, totals);
    const points = rooflinePoints(plan);
    const charts = [
      html`<pl-layer-bars
        .heading=${t('Bits by layer')}
        .reading=${bitsReading(bits)}
        .file=${`${this.file}-bits`}
        .table=${bitsTable(plan, this.candidate, bits)}
        .order=${this.order}
        .draw=${this.drawBits}
        .describe=${(i: number) => bitsWords(bits[i])}
        .selected=${this.selected}
        @pl-select=${({ detail }: CustomEvent<number>) => this.dispatchEvent(new CustomEvent('pl-select', { detail }))}
      ></pl-layer-bars>`,
      html`<pl-chart-frame
        .heading=${t('Memory over the order of execution')}
        .term=${'peakActivations'}
        .reading=${memoryReading(plan, steps)}
        .file=${`${this.file}-memory`}
        .table=${memoryTable(plan)}
        .placeholder=${t('Not known.')}
        .build=${this.drawMemory}
      ></pl-chart-frame>`,
      html`<pl-chart-frame
        .heading=${t('Energy')}
        .term=${'energy'}
        .reading=${energyReading(plan, bars)}
        .file=${`${this.file}-energy`}
        .table=${energyTable(plan, totals)}
        .placeholder=${t('Not known.')}
        .build=${this.drawEnergy}
      ></pl-chart-frame>`,
      html`<pl-chart-frame
        .heading=${t('Roofline')}
        .term=${'roofline'}
        .reading=${rooflineReading(plan, points)}
        .file=${`${this.file}-roofline`}
        .table=${costsTable(plan)}
        .placeholder=${t('Not known.')}
        .build=${this.drawRoofline}
      ></pl-chart-frame>`,
    ];
    return html`${charts.slice(0, this.drawn)}`;
  }

  protected override render() {
    const { plan } = this.plan;
    if (!plan) return this.empty();
    const totals = totalsAt(plan, this.candidate);
    const notes = planNotes(plan);
    return html`${this.head(plan)}
      <pl-front
        .plan=${plan}
        .axis=${this.axis ?? axisOf(plan)}
        .candidate=${this.candidate === 'found' ? null : this.candidate}
        .file=${this.file}
        @pl-candidate=${({ detail }: CustomEvent<number>) => (this.candidate = detail)}
        @pl-axis=${({ detail }: CustomEvent<Axis>) => this.dispatchEvent(new CustomEvent('pl-axis', { detail }))}
      ></pl-front>
      <div class="tables">${this.totals(plan, totals)} ${this.measured(plan)}</div>
      ${
        this.candidate === 'found'
          ? nothing
          : html`<p class="other muted">
              ${t('Memory over the execution, roofline and what was measured are of the plan that was found.')}
            </p>`
      }
      <div class="charts">${this.charts(plan, totals)}</div>
      ${
        notes.length > 0
          ? html`<section class="notes">
              <h3>${t('Notes')}</h3>
              <ul>
                ${notes.map((note) => html`<li>${note}</li>`)}
              </ul>
            </section>`
          : nothing
      }`;
  }
}

const bitsWords = ({ layer, weight, activation }: LayerBits): string =>
  activation < 32
    ? t('{0}: weights {1} bits, input {2} bits', displayName(layer, 80), weight, activation)
    : t('{0}: weights {1} bits, input float', displayName(layer, 80), weight);

customElements.define('pl-plan-view', PlPlanView);
