import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { PlanNotice, YourPlan } from '../../../src/rpc/page.js';
import { formatBytes, formatCount, formatDb, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { plannerText } from '../text/planner.js';
import { planBudget } from '../view/planWords.js';
import { icon } from './icon.js';
import { shared } from './styles.js';

/** What the user's plan comes to, whether it is saved, and where it was taken from. */
export class PlPlanLine extends LitElement {
  static override readonly properties = { yours: { attribute: false }, dirty: { attribute: false }, notice: { attribute: false } };
  declare yours: YourPlan | null;
  declare dirty: boolean;
  declare notice: PlanNotice | null;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        line-height: 1.45;
      }
      p {
        margin-top: 2px;
        overflow-wrap: anywhere;
      }
      .icon {
        margin-inline-end: 4px;
      }
    `,
  ];

  private sums({ totals, measured, problem }: YourPlan): readonly string[] {
    if (!totals) return [t('what it costs is not known: {0}', displayName(plannerText(problem ?? ''), 300))];
    const { bytes, effectiveBits, outputSqnrDb, weightSqnrDb } = totals;
    const kept =
      measured !== null
        ? outputSqnrDb === null
          ? t('{0} dB at the outputs measured', formatDb(measured.outputSqnrDb))
          : t('{0} dB at the outputs measured, {1} predicted', formatDb(measured.outputSqnrDb), formatDb(outputSqnrDb))
        : outputSqnrDb !== null
          ? t('≈{0} dB at the outputs, predicted', formatDb(outputSqnrDb))
          : weightSqnrDb === null
            ? null
            : t('{0} dB SQNR of the weights', formatDb(weightSqnrDb));
    return [formatBytes(bytes), t('{0} bits', formatReal(effectiveBits)), ...(kept === null ? [] : [kept])];
  }

  private line(yours: YourPlan): TemplateResult {
    const { layers, budget } = yours;
    const what = [
      ...(layers === 0 ? [t('as found for {0}', planBudget(yours))] : []),
      ...(layers > 0 ? [layers === 1 ? t('1 layer changed') : t('{0} layers changed', formatCount(layers))] : []),
      ...(layers === 0 || budget === '' ? [] : [t('over the plan for {0}', planBudget(yours))]),
      ...this.sums(yours),
    ].join(' · ');
    return html`<p role="status">
      ${icon('edit')}<strong>${t('Your plan:')}</strong> ${what}${this.dirty ? html` · <em>${t('not saved')}</em>` : nothing}
    </p>`;
  }

  private told(notice: PlanNotice): TemplateResult {
    switch (notice.kind) {
      case 'taken':
        return html`<p class="muted">${icon('info')}${t('Taken from {0} beside the model.', displayName(notice.file, 120))}</p>`;
      case 'refused':
        return html`<p role="status">
          ${icon('warning', 'warning')}${t('{0} beside the model is not used: {1}', displayName(notice.file, 120), displayName(plannerText(notice.problem), 500))}
        </p>`;
      case 'kept':
        return html`<p role="status">
          ${icon('warning', 'warning')}${t('The model was written anew. What you decided before is kept; check it, for the figures are new.')}
        </p>`;
    }
  }

  protected override render() {
    const { yours, notice } = this;
    return html`${yours ? this.line(yours) : nothing}${notice ? this.told(notice) : nothing}`;
  }
}

customElements.define('pl-plan-line', PlPlanLine);
