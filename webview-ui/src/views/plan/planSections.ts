/** The parts of the view of a plan that are text and tables. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Plan } from '../../../../src/report/plan.js';
import type { PlanTrial } from '../../../../src/report/planTrial.js';
import type { RunView, TrialView } from '../../../../src/rpc/page.js';
import { figureTable } from '../../components/figureTable.js';
import { icon } from '../../components/icon.js';
import { progressLine } from '../../components/progressLine.js';
import '../../components/term.js';
import { formatCount } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import type { Term } from '../../text/terms.js';
import { measuredRows, planNotes, totalsRows, type TotalsRow } from '../../view/planFigures.js';
import type { Candidate } from '../../view/plans.js';
import { trialProgressWords } from '../../view/planWords.js';

const rowTerms: Partial<Record<TotalsRow['id'], Term>> = {
  sqnr: 'planSqnr',
  bytes: 'planBytes',
  bits: 'effectiveBits',
  activations: 'peakActivations',
  bops: 'bops',
  energy: 'energy',
  time: 'roofline',
};

export function beforeAndAfter(plan: Plan, candidate: Candidate): TemplateResult {
  const rows = totalsRows(plan, plan.predicted).map(({ id, label, cells, ratio }) => {
    const term = rowTerms[id];
    return { head: term ? html`<pl-term .term=${term}>${label}</pl-term>` : label, cells: [...cells, ratio] };
  });
  const name = candidate === 'found' ? t('Plan') : candidate === 'yours' ? t('Your plan') : t('Point');
  const head = [t('Total'), t('float32'), t('int8'), name, t('float32 over it')];
  return html`<section>
    <h3>${t('Before and after')}</h3>
    ${figureTable(
      t('Before and after'),
      head.map((label) => ({ label })),
      [{ rows }],
    )}
  </section>`;
}

export interface TrialParts {
  readonly plan: Plan;
  /** How the running of a plan stands; `mine`: of this one. */
  readonly view: TrialView;
  readonly mine: boolean;
  /** What this one did, where it was run because the user asked for it. */
  readonly trial: PlanTrial | null;
  readonly blocked: RunView['blocked'];
  readonly run: () => void;
  readonly cancel: () => void;
  readonly manageTrust: () => void;
}

const button = (label: string, click: () => void): TemplateResult =>
  html`<vscode-button secondary @click=${click}>${label}</vscode-button>`;

/** That nobody knows what the plan does, and the way to find out. */
function notRun({ view, mine, blocked, run, cancel, manageTrust }: TrialParts): TemplateResult {
  if (blocked)
    return html`<span class="muted">${icon('lock')} ${t('Restricted mode: a plan is not run.')}</span>
      ${button(t('Manage trust…'), manageTrust)}`;
  if (mine && view.kind === 'running') return progressLine(trialProgressWords(view), cancel);
  if (mine && view.kind === 'failed')
    return html`<span class="problem">${icon('error', 'error')} ${t('The plan was not run: {0}', displayName(view.error ?? '', 500))}</span>
      ${button(t('Try again'), run)}`;
  const said =
    mine && view.kind === 'cancelled'
      ? t('Running it was cancelled: what it does at the outputs is not measured.')
      : t('This plan has not been run: what it does at the outputs is not measured.');
  return html`<span>${said}</span> ${button(t('Run this plan'), run)}`;
}

const ranOn = ({ evidence, samples }: PlanTrial): string =>
  evidence === 'data'
    ? t('Run on {0} samples of your inputs.', formatCount(samples))
    : t('Run on {0} synthetic samples.', formatCount(samples));

/** What was measured of the plan beside what one would pick by hand. */
export function measuredSection(parts: TrialParts): TemplateResult {
  const { plan, trial } = parts;
  const rows = measuredRows(plan);
  if (rows.length === 0) {
    return html`<section class="measured">
      <h3>${t('Measured')}</h3>
      <div class="trial" role="status">${notRun(parts)}</div>
    </section>`;
  }
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
  const title = t('Measured, beside what one would pick by hand');
  return html`<section class="measured">
    <h3>${title}</h3>
    ${figureTable(title, shown, [{ rows: body }])} ${trial ? html`<p class="muted">${ranOn(trial)}</p>` : nothing}
  </section>`;
}

export function notesSection(plan: Plan): TemplateResult | typeof nothing {
  const notes = planNotes(plan);
  if (notes.length === 0) return nothing;
  return html`<section class="notes">
    <h3>${t('Notes')}</h3>
    <ul>
      ${notes.map((note) => html`<li>${note}</li>`)}
    </ul>
  </section>`;
}
