import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { costKinds, type BudgetKind, type CostKind, type PlanRequest } from '../../../src/report/planRequest.js';
import type { LayerReport } from '../../../src/report/types.js';
import type { PageAction } from '../../../src/rpc/page.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { plannerText } from '../text/planner.js';
import {
  budgetOptions,
  budgetText,
  costWord,
  fieldsOf,
  isFloor,
  proposed,
  requestOf,
  withBudget,
  type BudgetFields,
} from '../view/budget.js';
import type { PlanKnown } from '../view/planning.js';
import { nextEvidence, planProgressWords, planSentence, staleSentence } from '../view/planWords.js';
import type { RunKnown } from '../view/run.js';
import { controlStyles, picker } from './controls.js';
import { icon } from './icon.js';
import { progressLine, progressLineStyles } from './progressLine.js';
import { shared } from './styles.js';
import './term.js';

/**
 * What a plan is to keep to, and how the finding of one stands. Events: `pl-find` with a `PlanRequest`; `pl-act` to cancel; `pl-show-plan`.
 */
export class PlBudgetPicker extends LitElement {
  static override readonly properties = {
    plan: { attribute: false },
    run: { attribute: false },
    layers: { attribute: false },
    fields: { state: true },
  };
  declare plan: PlanKnown;
  declare run: RunKnown;
  declare layers: readonly LayerReport[];
  /** What the user has put in; null before. */
  declare private fields: BudgetFields | null;

  static override readonly styles = [
    shared,
    controlStyles,
    progressLineStyles,
    css`
      :host {
        display: block;
      }
      form,
      .state {
        align-items: center;
        column-gap: 8px;
        display: flex;
        flex-wrap: wrap;
        min-height: 26px;
        row-gap: 4px;
      }
      input {
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--line));
        border-radius: 2px;
        color: var(--vscode-input-foreground, inherit);
        font: inherit;
        height: 24px;
        padding-inline: 4px;
        width: 6.5em;
      }
      input[aria-invalid='true'] {
        border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
      }
      .state {
        line-height: 1.45;
        margin-top: 2px;
      }
      .state .words {
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    this.fields = null;
  }

  private get ran(): boolean {
    return this.run.view.kind === 'done' && this.run.head !== null;
  }

  private get labelled(): boolean {
    return this.ran && (this.run.head?.run?.accuracy ?? null) !== null;
  }

  private get shown(): BudgetFields {
    return this.fields ?? fieldsOf(this.plan.view.request, this.plan.view.runtime);
  }

  /** A budget that was asked for elsewhere, in the palette say, is shown here too. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('plan');
    if (before && JSON.stringify(before.view.request) !== JSON.stringify(this.plan.view.request)) this.fields = null;
  }

  private put(change: Partial<BudgetFields>): void {
    this.fields = { ...this.shown, ...change };
  }

  private find(request: PlanRequest | null): void {
    if (request) this.dispatchEvent(new CustomEvent<PlanRequest>('pl-find', { detail: request }));
  }

  private act(action: PageAction): void {
    this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail: action }));
  }

  private form(): TemplateResult {
    const { ran, labelled, shown } = this;
    const options = budgetOptions(ran, labelled);
    const option = options.find(({ kind }) => kind === shown.kind) ?? options[0];
    const request = requestOf(shown);
    const busy = this.run.view.kind === 'running';
    return html`<form
      aria-label=${t('Find a plan')}
      @submit=${(event: Event) => {
        event.preventDefault();
        if (!busy) this.find(request);
      }}
    >
      <pl-term .term=${option.term}>${t('Budget')}</pl-term>
      ${picker(
        '',
        options.map(({ kind, label }) => ({ id: kind, label })),
        option.kind,
        (kind) => this.put({ kind: kind as BudgetKind, ...proposed(kind as BudgetKind, this.layers, this.plan.plan) }),
        t('Kind of budget'),
      )}
      <input
        type="number"
        min="0"
        step="any"
        aria-label=${option.label}
        aria-invalid=${request === null}
        .value=${shown.value}
        @input=${(event: Event) => this.put({ value: (event.target as HTMLInputElement).value })}
      />
      ${
        option.units.length > 1
          ? picker(
              '',
              option.units.map(({ label }) => ({ id: label, label: label === '' ? t('(no prefix)') : label })),
              shown.unit,
              (unit) => this.put({ unit }),
              t('Unit'),
            )
          : html`<span class="muted">${option.units[0].label}</span>`
      }
      ${
        isFloor(option.kind)
          ? picker(
              t('least'),
              costKinds.map((kind) => ({ id: kind, label: costWord(kind) })),
              shown.minimize,
              (kind) => this.put({ minimize: kind as CostKind }),
            )
          : nothing
      }
      ${picker(
        t('for'),
        this.plan.view.runtimes.map(({ name, title }) => ({ id: name, label: name === 'generic' ? t('any hardware') : title })),
        shown.runtime,
        (runtime) => this.put({ runtime }),
      )}
      <vscode-button
        ?disabled=${request === null || busy}
        title=${busy ? t('Plans are found once the run has ended.') : nextEvidence(ran ? this.run.view.evidence : 'weights')}
        @click=${() => this.find(request)}
        >${t('Find plan')}</vscode-button
      >
    </form>`;
  }

  private state(): TemplateResult | typeof nothing {
    const { view, plan } = this.plan;
    const show = html`<vscode-button secondary @click=${() => this.dispatchEvent(new CustomEvent('pl-show-plan'))}
      >${t('Show plan')}</vscode-button
    >`;
    switch (view.kind) {
      case 'planning':
        return progressLine(planProgressWords(this.plan), () => this.act('cancel-plan'));
      case 'failed':
        return html`<span class="words" role="alert">${icon('error', 'error')} ${displayName(plannerText(view.error ?? ''), 500)}</span> ${
            view.nearest !== null && view.request
              ? html`<vscode-button @click=${() => this.find(withBudget(view.request!, view.nearest!))}
                  >${t('Find with {0}', budgetText(view.nearest, this.ran))}</vscode-button
                >`
              : nothing
          }`;
      case 'cancelled':
        return html`<span class="words muted">${t('Finding a plan was cancelled.')}</span> ${plan ? show : nothing}`;
      case 'idle':
      case 'done': {
        if (!plan) return nothing;
        const stale = staleSentence(this.plan);
        return html`<span class="words">${stale === null ? planSentence(plan) : html`${icon('warning', 'warning')} ${stale}`}</span>
          ${show}`;
      }
    }
  }

  protected override render() {
    const state = this.state();
    return html`${this.plan.view.kind === 'planning' ? nothing : this.form()}
    ${state === nothing ? nothing : html`<div class="state" role="status">${state}</div>`}`;
  }
}

customElements.define('pl-budget-picker', PlBudgetPicker);
