import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Choices } from '../../../../src/report/choices.js';
import type { Plan } from '../../../../src/report/plan.js';
import type { PlanRequest } from '../../../../src/report/planRequest.js';
import type { PlanTrial } from '../../../../src/report/planTrial.js';
import type { LayerReport } from '../../../../src/report/types.js';
import type { PageAction, PlanBase, PlanOf, RunView, ShownPlan, TrialView, YourPlan } from '../../../../src/rpc/page.js';
import type { PlanEdit } from '../../analysis.js';
import '../../charts/chartFrame.js';
import type { ChartConfig } from '../../charts/chart.js';
import type { Palette } from '../../charts/palette.js';
import { icon } from '../../components/icon.js';
import { progressLine } from '../../components/progressLine.js';
import { shared } from '../../components/styles.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { plannerText } from '../../text/planner.js';
import { latest } from '../../view/latest.js';
import {
  bitsReading,
  energyBars,
  energyReading,
  layerBits,
  memoryReading,
  memorySteps,
  rooflinePoints,
  rooflineReading,
  type LayerBits,
  type RooflinePoint,
} from '../../view/planFigures.js';
import {
  axisOf,
  choicesFor,
  formatAxis,
  formatSeconds,
  axisValue,
  sameSchemes,
  schemesAt,
  userSchemes,
  type Axis,
  type Candidate,
} from '../../view/plans.js';
import type { PlanKnown } from '../../view/planning.js';
import { planBudget, planProgressWords, planSentence, staleSentence, wasRun } from '../../view/planWords.js';
import { isOwn, shownPlan, trialOf } from '../../view/shown.js';
import '../layerBars.js';
import type { DrawBars } from '../layerBars.js';
import './front.js';
import { bitsChart, bitsTable, memoryChart, memoryTable, energyChart, energyTable, costsTable, type MemoryBars } from './planCharts.js';
import { beforeAndAfter, measuredSection, notesSection } from './planSections.js';
import { planViewStyles } from './planViewStyles.js';
import { rooflineChart } from './rooflineChart.js';

/** Bits, memory, energy, roofline. */
const CHARTS = 4;

const NO_ORDER: readonly number[] = [];

type Draw = ((palette: Palette) => ChartConfig) | null;

/**
 * A plan: the one that was found, with its front, a point of that, or the user's own; what it assigns, what that costs, and what was measured of it.
 * Events: `pl-edit` to use it, `pl-find`, `pl-act`, `pl-axis`, `pl-select` with the index of a layer.
 */
export class PlPlanView extends LitElement {
  static override readonly properties = {
    plan: { attribute: false },
    layers: { attribute: false },
    choices: { attribute: false },
    base: { attribute: false },
    yours: { attribute: false },
    trial: { attribute: false },
    blocked: { attribute: false },
    selected: { attribute: false },
    axis: { attribute: false },
    file: { attribute: false },
    active: { attribute: false },
    showPlan: { attribute: false },
    tryPlan: { attribute: false },
    candidate: { state: true },
    answer: { state: true },
    problem: { state: true },
    drawn: { state: true },
  };
  declare plan: PlanKnown;
  declare layers: readonly LayerReport[];
  /** What the user has decided. */
  declare choices: Choices;
  /** The plan that this lies over. */
  declare base: PlanBase | null;
  /** What comes of it; null while nothing was decided. */
  declare yours: YourPlan | null;
  /** How the running of a plan stands. */
  declare trial: TrialView;
  declare blocked: RunView['blocked'];
  declare selected: number | null;
  /** What the front is seen by; null: by what the plan was found for. */
  declare axis: Axis | null;
  declare file: string;
  /** Whether the view is seen: nothing is asked for one that is not. */
  declare active: boolean;
  declare showPlan: (of: PlanOf, signal: AbortSignal) => Promise<ShownPlan>;
  declare tryPlan: (of: PlanOf) => Promise<unknown>;
  declare private candidate: Candidate;
  /** What the extension says of the plan that is looked at; null: nothing yet. */
  declare private answer: ShownPlan | null;
  /** Why it does not. */
  declare private problem: string | null;
  /** Charts below the front that are there: one more with each frame, so that showing the view takes none of them long. */
  declare private drawn: number;

  static override readonly styles = [shared, planViewStyles];

  private readonly asking = latest<PlanOf, ShownPlan>(
    (of, signal) => this.showPlan(of, signal),
    (answer) => (this.answer = answer),
    ({ message }) => (this.problem = message),
  );
  /** Whether `answer` is to be asked for as soon as the view is seen. */
  private due = false;
  private shown: Plan | null = null;
  private result: PlanTrial | null = null;
  private bits: readonly LayerBits[] = [];
  private order: readonly number[] = [];
  private drawBits: DrawBars | null = null;
  private memory: MemoryBars | null = null;
  private drawEnergy: Draw = null;
  private points: readonly RooflinePoint[] = [];
  private pointOrder: readonly number[] = [];
  private drawRoofline: DrawBars | null = null;

  constructor() {
    super();
    this.candidate = 'found';
    this.selected = null;
    this.answer = null;
    this.problem = null;
    this.drawn = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.asking.stop();
  }

  protected override updated(): void {
    if (this.shown && this.drawn < CHARTS) requestAnimationFrame(() => (this.drawn = Math.min(CHARTS, this.drawn + 1)));
  }

  /** Whether there is a plan of the user that is another one than what was found. */
  private get own(): boolean {
    const { plan } = this.plan;
    return this.yours !== null && (plan === null || isOwn(plan, this.choices, this.base));
  }

  /** What is looked at once something has changed; what the user edits elsewhere is shown instead of what was found. */
  private next(changed: PropertyValues<this>): Candidate {
    const { plan } = this.plan;
    const before = changed.get('plan');
    if (plan === null) return 'yours';
    if (changed.has('plan') && before?.plan !== plan) return before?.view.kind !== 'planning' && this.own ? 'yours' : 'found';
    if (this.candidate === 'yours') return this.own ? 'yours' : 'found';
    const edited = changed.has('yours') || changed.has('choices') || changed.has('base');
    return edited && this.candidate === 'found' && this.own ? 'yours' : this.candidate;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { plan } = this.plan;
    const fresh = changed.has('plan') && changed.get('plan')?.plan !== plan;
    const turned = (changed as PropertyValues).has('candidate');
    const before = this.candidate;
    if (fresh || changed.has('yours') || changed.has('choices') || changed.has('base')) this.candidate = this.next(changed);
    const { candidate } = this;
    const outdated = changed.has('plan') && changed.get('plan')?.view.stale !== this.plan.view.stale;
    const renewed = fresh || outdated || turned || candidate !== before || (candidate === 'yours' && changed.has('yours'));
    if (renewed) {
      this.asking.stop();
      this.answer = this.problem = null;
      // a plan that was run when it was found needs no more
      this.due = candidate === 'yours' ? this.yours !== null : plan !== null && (candidate !== 'found' || plan.measured === null);
    }
    if (this.due && this.active) {
      this.due = false;
      this.asking.ask(candidate);
    }
    if (renewed || (changed as PropertyValues).has('answer') || changed.has('trial')) this.look();
  }

  /** Takes up all that is known of the plan that is looked at. */
  private look(): void {
    const result = trialOf(this.answer, this.trial);
    const shown = shownPlan(this.plan.plan, this.candidate, this.answer, result);
    this.result = result;
    this.shown = shown;
    if (!shown) return;
    const bits = (this.bits = layerBits(shown, schemesAt(shown, 'found')));
    if (this.order.length !== bits.length) this.order = bits.map((_, i) => i);
    this.drawBits = bitsChart(bits);
    this.memory = memoryChart(shown);
    this.drawEnergy = energyChart(shown);
    const points = (this.points = rooflinePoints(shown));
    this.pointOrder = points.map(({ index }) => index);
    const choose = ({ index }: RooflinePoint): void => this.choose(index);
    this.drawRoofline = points.length > 0 ? (palette, _, cursor) => rooflineChart(palette, shown, points, cursor, choose) : null;
  }

  private use(plan: Plan, candidate: Exclude<Candidate, 'yours'>): void {
    const names = plan.assignments.map(({ layer }) => layer);
    const inputs = this.layers.map(({ activationStats }) => activationStats?.input?.value);
    // where the user's plan lies over this one, nothing has to be decided for it
    const below = sameSchemes(userSchemes([], this.base, names), schemesAt(plan, candidate));
    const choices = below ? names.map((layer) => ({ layer })) : choicesFor(plan, candidate, inputs);
    this.dispatchEvent(new CustomEvent<PlanEdit>('pl-edit', { detail: { label: t('Use plan'), choices }, bubbles: true, composed: true }));
  }

  private find(plan: Plan, budget: string): void {
    const request: PlanRequest = { budgets: [budget], runtime: plan.runtime, minimize: this.plan.view.request?.minimize ?? 'size' };
    this.dispatchEvent(new CustomEvent<PlanRequest>('pl-find', { detail: request }));
  }

  private act(detail: PageAction): void {
    this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail }));
  }

  private choose(layer: number): void {
    this.dispatchEvent(new CustomEvent<number>('pl-select', { detail: layer }));
  }

  private empty(): TemplateResult {
    const { view } = this.plan;
    if (view.kind === 'planning') {
      return html`<div class="message" role="status">${progressLine(planProgressWords(this.plan), () => this.act('cancel-plan'))}</div>`;
    }
    if (this.candidate === 'yours' && this.yours !== null) {
      return html`<div class="message" role="status">
        ${this.problem === null ? t('Working out what your plan costs…') : html`${icon('error', 'error')} ${displayName(plannerText(this.problem), 500)}`}
        ${this.plan.plan ? html`<p>${this.backButton()}</p>` : nothing}
      </div>`;
    }
    const failed = view.kind === 'failed';
    return html`<div class="message">
      <span class="big muted">${icon(failed ? 'error' : 'law')}</span>
      <h2>${failed ? t('No plan was found') : t('No plan yet')}</h2>
      <p>
        ${
          failed
            ? displayName(plannerText(view.error ?? ''), 500)
            : t(
                'A plan gives every layer as many bits as it needs and no more, so that all of them keep a budget: average bits, bytes, memory, energy or time. Set the budget above and find one.',
              )
        }
      </p>
    </div>`;
  }

  private backButton(): TemplateResult {
    return html`<vscode-button secondary @click=${() => (this.candidate = 'found')}>${t('Back to the plan')}</vscode-button>`;
  }

  private heading(shown: Plan): string {
    const { candidate } = this;
    const { plan } = this.plan;
    if (candidate === 'found') return t('Plan for {0}', planBudget(shown));
    if (candidate === 'yours') return shown.budget === '' ? t('Your plan') : t('Your plan, over the one for {0}', planBudget(shown));
    const axis = this.axis ?? axisOf(plan!);
    const x = axisValue(axis, shown.predicted);
    return t(
      'Point of the front: {0}',
      x === null ? '' : axis === 'bits' ? t('{0} bits a weight', formatAxis(axis, x)) : formatAxis(axis, x),
    );
  }

  private actions(plan: Plan | null, shown: Plan): TemplateResult {
    const { candidate } = this;
    if (candidate === 'yours' || plan === null) return html`${plan ? this.backButton() : nothing}`;
    const names = plan.assignments.map(({ layer }) => layer);
    const used = sameSchemes(userSchemes(this.choices, this.base, names), schemesAt(plan, candidate));
    const budget = `bits=${Math.ceil(shown.predicted.effectiveBits * 1000) / 1000}`;
    return html`<vscode-button ?disabled=${used || this.plan.view.stale === 'file'} @click=${() => this.use(plan, candidate)}
        >${used ? t('In use') : candidate === 'found' ? t('Use this plan') : t('Use this point as the plan')}</vscode-button
      >
      ${
        candidate === 'found'
          ? nothing
          : html`<vscode-button secondary @click=${() => this.find(plan, budget)}>${t('Find a plan like this')}</vscode-button>
              ${this.backButton()}`
      }
      ${
        this.own && !used
          ? html`<vscode-button secondary @click=${() => (this.candidate = 'yours')}>${t('Show your plan')}</vscode-button>`
          : nothing
      }`;
  }

  private head(plan: Plan | null, shown: Plan): TemplateResult {
    const stale = this.candidate === 'yours' ? null : staleSentence(this.plan);
    const runtime = this.plan.view.runtimes.find(({ name }) => name === shown.runtime)?.title ?? shown.runtime;
    return html`<div class="head">
      <div>
        <h2>${this.heading(shown)}</h2>
        <p class="sentence">${planSentence(shown)}</p>
        <p class="muted">
          ${shown.runtime === 'generic' ? t('For any hardware.') : t('For {0}.', runtime)} ${t('All costs are estimates.')}
          ${wasRun(shown) ? nothing : t('Evidence: the weights alone.')}
        </p>
      </div>
      <div class="actions">${this.actions(plan, shown)}</div>
      ${stale === null ? nothing : html`<p class="stale" role="status">${icon('warning', 'warning')} ${stale}</p>`}
    </div>`;
  }

  private charts(plan: Plan): TemplateResult {
    const { bits, memory, points } = this;
    const choose = ({ detail }: CustomEvent<number>): void => this.choose(detail);
    // costs of a point of the front are worked out when they are looked at
    const open = this.candidate !== 'found' && this.answer === null;
    const waiting = this.problem === null ? t('Working it out…') : displayName(plannerText(this.problem), 300);
    const placeholder = open ? waiting : t('Not known.');
    const charts = [
      html`<pl-layer-bars
        .heading=${t('Bits by layer')}
        .reading=${bitsReading(bits)}
        .file=${`${this.file}-bits`}
        .table=${bitsTable(plan, bits)}
        .order=${this.order}
        .draw=${this.drawBits}
        .describe=${(i: number) => bitsWords(bits[i])}
        .selected=${this.selected}
        @pl-select=${choose}
      ></pl-layer-bars>`,
      html`<pl-layer-bars
        .heading=${t('Memory over the order of execution')}
        .term=${'peakActivations'}
        .reading=${open ? waiting : memoryReading(plan, memorySteps(plan))}
        .file=${`${this.file}-memory`}
        .table=${memoryTable(plan)}
        .order=${memory?.order ?? NO_ORDER}
        .draw=${memory?.draw ?? null}
        .describe=${(_: number, place: number) => memory?.describe(place) ?? ''}
        .selected=${this.selected}
        .placeholder=${placeholder}
        .whole=${true}
        @pl-select=${choose}
      ></pl-layer-bars>`,
      html`<pl-chart-frame
        .heading=${t('Energy')}
        .term=${'energy'}
        .reading=${energyReading(plan, energyBars(plan, plan.predicted))}
        .file=${`${this.file}-energy`}
        .table=${energyTable(plan)}
        .placeholder=${t('Not known.')}
        .build=${this.drawEnergy}
      ></pl-chart-frame>`,
      html`<pl-layer-bars
        .heading=${t('Roofline')}
        .term=${'roofline'}
        .reading=${open ? waiting : rooflineReading(plan, rooflinePoints(plan))}
        .file=${`${this.file}-roofline`}
        .table=${costsTable(plan)}
        .order=${this.pointOrder}
        .draw=${this.drawRoofline}
        .describe=${(_: number, place: number) => pointWords(points[place])}
        .selected=${this.selected}
        .placeholder=${placeholder}
        .whole=${true}
        .scattered=${true}
        @pl-select=${choose}
      ></pl-layer-bars>`,
    ];
    return html`${charts.slice(0, this.drawn)}`;
  }

  private front(plan: Plan, shown: Plan): TemplateResult {
    const { candidate } = this;
    return html`<pl-front
      .plan=${plan}
      .axis=${this.axis ?? axisOf(plan)}
      .candidate=${typeof candidate === 'number' ? candidate : null}
      .shown=${candidate === 'found' ? null : shown}
      .file=${this.file}
      @pl-candidate=${({ detail }: CustomEvent<number>) => (this.candidate = detail)}
      @pl-axis=${({ detail }: CustomEvent<Axis>) => this.dispatchEvent(new CustomEvent('pl-axis', { detail }))}
    ></pl-front>`;
  }

  private run(): void {
    this.tryPlan(this.candidate).catch((error: unknown) => (this.problem = error instanceof Error ? error.message : String(error)));
  }

  protected override render() {
    const { shown, answer, trial, result, blocked } = this;
    const { plan } = this.plan;
    if (!shown) return this.empty();
    const measured = measuredSection({
      plan: shown,
      view: trial,
      mine: answer !== null && trial.key === answer.key,
      trial: result,
      blocked,
      run: () => this.run(),
      cancel: () => this.act('cancel-trial'),
      manageTrust: () => this.act('manage-trust'),
    });
    return html`${this.head(plan, shown)} ${plan ? this.front(plan, shown) : nothing}
      <div class="tables">${beforeAndAfter(shown, this.candidate)} ${measured}</div>
      <div class="charts">${this.charts(shown)}</div>
      ${notesSection(shown)}`;
  }
}

const bitsWords = ({ layer, weight, activation }: LayerBits): string =>
  activation < 32
    ? t('{0}: weights {1} bits, input {2} bits', displayName(layer, 80), weight, activation)
    : t('{0}: weights {1} bits, input float', displayName(layer, 80), weight);

const pointWords = ({ layer, seconds, bound }: RooflinePoint): string =>
  t(
    '{0}: {1}',
    displayName(layer, 80),
    [formatSeconds(seconds), bound === 'memory' ? t('bound by memory') : t('bound by arithmetic')].join(t(', ')),
  );

customElements.define('pl-plan-view', PlPlanView);
