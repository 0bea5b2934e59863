import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { assignmentsOf } from '../../report/choices.js';
import { assignmentsAt } from '../../report/frontPoint.js';
import type { Assignment, Plan } from '../../report/plan.js';
import type { RunSettings } from '../../report/runSettings.js';
import type { UserPlan, UserPlanJob } from '../../report/userPlanJob.js';
import { omit } from '../../rpc/omit.js';
import { unpackPlan, type PackedPlan } from '../../rpc/packedPlan.js';
import type { PlanOf, ShownPlan } from '../../rpc/page.js';
import type { ModelSession } from '../models/session.js';
import { planSettings } from '../run/planSettings.js';
import type { Draft } from './editing.js';

/** What a model's plans cost and did, whether they were found, made by the user, or only looked at. */
export interface ShownPlans {
  /** The plan that a draft makes, with what it did if it was run. Rejects, with a line for the user, when the model cannot be read. */
  ofDraft(draft: Draft): Promise<UserPlan>;
  /** What the page shows. Rejects as `ofDraft`, and where there is no such plan. */
  show(of: PlanOf): Promise<ShownPlan>;
  /** Runs a plan; how that goes is told by the session's trials. */
  run(of: PlanOf): Promise<void>;
}

/** What a plan does depends on: its schemes, ranges and transforms, and what it is run on. */
function keyOf(assignments: readonly Assignment[], request: RunSettings): string {
  const parts = assignments.map(({ weight, weightClip = null, activation, clip, transforms = [] }) => [
    weight,
    weightClip,
    activation,
    clip,
    transforms,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([parts, request]))
    .digest('hex');
}

/**
 * @param draft what the user has made of the plan by now
 * @param request what a plan would be run on now
 */
export function shownPlans(uri: vscode.Uri, session: ModelSession, draft: () => Draft, request: () => RunSettings): ShownPlans {
  const unpacked = new WeakMap<PackedPlan, Plan>();
  /** The plan that the page shows as found. */
  const found = (): Plan | null => {
    const packed = session.plan.found?.plan;
    if (!packed) return draft().found;
    const plan = unpacked.get(packed) ?? unpackPlan(packed);
    unpacked.set(packed, plan);
    return plan;
  };

  const jobFor = async (assignments: readonly Assignment[], over: Plan | null): Promise<UserPlanJob> => {
    const { runtime, hardware } = await planSettings(uri);
    // the worker needs no front, which is most of a plan
    return { assignments, found: over && { ...over, pareto: [] }, runtime, hardware, batch: 1 };
  };

  const draftJob = ({ choices, found: over }: Draft): Promise<UserPlanJob> =>
    jobFor(assignmentsOf(session.layers, choices, over?.assignments ?? null), over);

  const job = async (of: PlanOf): Promise<UserPlanJob> => {
    await session.analyze();
    if (of === 'yours') return draftJob(draft());
    const plan = found();
    if (!plan) throw new Error(vscode.l10n.t('There is no plan yet.'));
    if (of === 'found') return jobFor(plan.assignments, plan);
    if (!(of in plan.pareto)) throw new Error(vscode.l10n.t('The plan is another one by now.'));
    const inputs = session.layers.map(({ activationStats }) => activationStats?.input?.value);
    return jobFor(assignmentsAt(plan, of, inputs), plan);
  };

  /** A plan with what it did, where that is known of the run that it rests on. */
  const tried = (plan: Plan): Plan => {
    const trial = plan.measured ? undefined : session.trials.of(keyOf(plan.assignments, request()));
    if (!trial || trial.evidence !== plan.evidence || trial.samples !== plan.samples) return plan;
    return { ...plan, measured: trial.measured, comparisons: plan.comparisons.length > 0 ? plan.comparisons : trial.comparisons };
  };

  return {
    async ofDraft(now) {
      await session.analyze();
      if (now.found && now.choices.length === 0) return { plan: tried(now.found), measured: [] };
      const { plan, measured } = await session.userPlan(await draftJob(now));
      return { plan: tried({ ...plan, pareto: now.found?.pareto ?? [] }), measured };
    },
    async show(of) {
      const asked = await job(of);
      const { plan } = await session.userPlan(asked);
      const key = keyOf(asked.assignments, request());
      return { key, plan: omit(plan, 'pareto'), trial: session.trials.of(key) ?? null };
    },
    async run(of) {
      const asked = await job(of);
      const settings = request();
      session.trials.start(keyOf(asked.assignments, settings), (options) => session.tryPlan(asked, settings, options));
    },
  };
}
