/** What the page knows, and how it changes by what the extension says. Pure, so that every state can be reached in a test. */
import type { Choices } from '../../../src/report/choices.js';
import type { Report } from '../../../src/report/types.js';
import type { FollowEvent, PlanBase, PlanNotice, ReportHead, TrialView, YourPlan } from '../../../src/rpc/page.js';
import type { AnalysisUpdate } from '../../../src/report/update.js';
import { noPlan, stepPlanning, type PlanKnown } from './planning.js';
import { notRun, stepRun, type RunKnown } from './run.js';
import { noTrial } from './shown.js';

/** `loading`: nothing to show yet. `streaming`: layers are listed, figures arrive. */
export type Phase = 'loading' | 'streaming' | 'done' | 'cancelled' | 'failed';

export interface Progress {
  readonly stage: 'read' | 'weights';
  readonly done: number;
  readonly total: number;
}

export interface PageState {
  readonly phase: Phase;
  /** What the weights tell. */
  readonly report: Report | null;
  readonly progress: Progress | null;
  /** One line, when `failed`. */
  readonly error: string | null;
  readonly run: RunKnown;
  readonly plan: PlanKnown;
  /** What the user decided of single layers. */
  readonly choices: Choices;
  /** Whether that differs from what is saved. */
  readonly dirty: boolean;
  /** The plan that the decisions lie over; null: over the advice. */
  readonly base: PlanBase | null;
  /** What the plan that it makes costs; null while nothing was decided. */
  readonly yours: YourPlan | null;
  readonly notice: PlanNotice | null;
  /** How the running of a plan stands. */
  readonly trial: TrialView;
}

export type PageEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'update'; readonly update: AnalysisUpdate }
  /** The layers have all come before. */
  | { readonly kind: 'finished'; readonly head: ReportHead }
  | { readonly kind: 'follow'; readonly event: FollowEvent }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export const initialState: PageState = {
  phase: 'loading',
  report: null,
  progress: null,
  error: null,
  run: notRun,
  plan: noPlan,
  choices: [],
  dirty: false,
  base: null,
  yours: null,
  notice: null,
  trial: noTrial,
};

function update(state: PageState, change: AnalysisUpdate): PageState {
  switch (change.kind) {
    case 'report':
      return { ...state, phase: 'streaming', report: change.report };
    case 'layers': {
      if (!state.report) return state;
      const layers = [...state.report.layers];
      change.layers.forEach((layer, i) => {
        if (change.start + i < layers.length) layers[change.start + i] = layer;
      });
      return { ...state, report: { ...state.report, layers } };
    }
    case 'progress':
      return { ...state, progress: { stage: change.stage, done: change.done, total: change.total } };
  }
}

function follow(state: PageState, event: FollowEvent): PageState {
  if (event.kind === 'choices') return { ...state, choices: event.choices, dirty: event.dirty };
  if (event.kind === 'planning' || event.kind === 'plan') return { ...state, plan: stepPlanning(state.plan, event) };
  if (event.kind === 'trial') return { ...state, trial: event.trial };
  if (event.kind === 'base') return { ...state, base: event.base };
  if (event.kind === 'yours') return { ...state, yours: event.yours, notice: event.notice };
  return { ...state, run: stepRun(state.run, event) };
}

/** What is known after `event`. What was shown stays until there is something better, also over a cancel and a second start. */
export function step(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'opened':
      return { ...state, phase: state.report ? 'streaming' : 'loading', progress: null, error: null, run: notRun };
    case 'update':
      return state.phase === 'loading' || state.phase === 'streaming' ? update(state, event.update) : state;
    case 'finished':
      return { ...state, phase: 'done', report: { ...event.head, layers: state.report?.layers ?? [] }, progress: null, error: null };
    case 'follow':
      return follow(state, event.event);
    case 'cancelled':
      return { ...state, phase: 'cancelled', progress: null };
    case 'failed':
      return { ...state, phase: 'failed', progress: null, error: event.message };
  }
}

/** Done share of the work, 0…1; null while it is not known. */
export const share = (progress: Progress | null): number | null =>
  progress && progress.total > 0 ? Math.min(1, Math.max(0, progress.done / progress.total)) : null;
