/** What is said of plans: how far the finding of one is, what it came to, and why there is none. */
import type { Plan } from '../../../src/report/plan.js';
import type { TrialView } from '../../../src/rpc/page.js';
import type { PlanStage } from '../../../src/report/update.js';
import { formatBytes, formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { budgetText } from './budget.js';
import type { PlanKnown } from './planning.js';
import { remaining, stageWords, type ProgressWords } from './runSummary.js';

function planStageWords(stage: PlanStage | null): string {
  switch (stage) {
    case 'read':
      return t('Reading the model');
    case 'weights':
      return t('Trying schemes on the weights');
    case 'plan':
      return t('Running plans');
    default:
      return stageWords(stage);
  }
}

/** How far the finding of a plan is. */
export function planProgressWords({ view: { progress } }: PlanKnown): ProgressWords {
  const stage = t('Finding a plan: {0}', planStageWords(progress?.stage ?? null));
  // how many plans will be run is not known before
  if (!progress || progress.total <= 0 || progress.stage === 'plan') return { stage, percent: null, line: t('{0}…', stage) };
  const { done, total, remainingSeconds } = progress;
  const percent = Math.floor((100 * Math.min(done, total)) / total);
  const known = t('{0}: {1} %', stage, percent);
  return { stage, percent, line: remainingSeconds === null ? known : t('{0}, {1}', known, remaining(remainingSeconds)) };
}

/** Whether a plan rests on a run of the model. */
export const wasRun = ({ evidence }: Pick<Plan, 'evidence'>): boolean => evidence !== 'weights';

/** What a plan was found for. */
export const planBudget = (plan: Pick<Plan, 'budget' | 'evidence'>): string =>
  plan.budget
    .split(', ')
    .map((text) => budgetText(text, wasRun(plan)))
    .join(t(', '));

/** One sentence: what the plan comes to, and what is known of its outputs. */
export function planSentence(plan: Plan): string {
  const { predicted, measured } = plan;
  const size = t('{0} bits a weight, {1}', formatReal(predicted.effectiveBits), formatBytes(predicted.bytes));
  if (!wasRun(plan) && !measured) return t('{0}, SQNR of the weights {1} dB; nothing was run.', size, formatDb(predicted.weightSqnrDb));
  const outputs =
    !wasRun(plan) && measured
      ? t('SQNR of the weights {0} dB, {1} dB at the outputs measured', formatDb(predicted.weightSqnrDb), formatDb(measured.outputSqnrDb))
      : measured === null
        ? t('{0} dB at the outputs predicted', formatDb(predicted.outputSqnrDb))
        : t('{0} dB at the outputs measured, {1} predicted', formatDb(measured.outputSqnrDb), formatDb(predicted.outputSqnrDb));
  const { accuracy = null, accuracyDrop = null } = measured ?? {};
  if (accuracy === null || accuracyDrop === null) return t('{0}: {1}.', size, outputs);
  return t('{0}: {1}, accuracy {2} (float {3}).', size, outputs, formatShare(accuracy), formatShare(accuracy + accuracyDrop));
}

/** Why a plan is not of what is shown any more; null when it is. */
export function staleSentence({ view: { stale } }: PlanKnown): string | null {
  switch (stale) {
    case 'file':
      return t('The file has changed since this plan was found: it may not fit any more.');
    case 'run':
      return t('The model was run anew since this plan was found: effects at the outputs may differ.');
    case null:
      return null;
  }
}

/** What a plan would rest on, were one found now. */
export const nextEvidence = (evidence: Plan['evidence']): string =>
  evidence === 'weights'
    ? t('From the weights alone: run the model to plan by effects at the outputs.')
    : evidence === 'synthetic'
      ? t('By effects at the outputs, on synthetic inputs.')
      : t('By effects at the outputs, on your inputs.');

/** How far the running of a plan is. */
export function trialProgressWords({ progress }: TrialView): ProgressWords {
  const stage = t('Running the plan');
  if (!progress || progress.total <= 0) return { stage, percent: null, line: t('{0}…', stage) };
  const percent = Math.floor((100 * Math.min(progress.done, progress.total)) / progress.total);
  return { stage, percent, line: t('{0}: {1} %', stage, percent) };
}
