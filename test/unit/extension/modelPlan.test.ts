import { describe, expect, it, vi } from 'vitest';
import { planningView, streamPlan } from '../../../src/extension/editor/followPlan.js';
import { modelPlan, type ModelPlan, type PlanEvent } from '../../../src/extension/models/modelPlan.js';
import type { Plan } from '../../../src/report/plan.js';
import type { PlanJob } from '../../../src/report/planRequest.js';
import type { PlanProgress } from '../../../src/report/update.js';
import type { PackedPlan } from '../../../src/rpc/packedPlan.js';
import type { PlanningEvent } from '../../../src/rpc/page.js';
import { RemoteError } from '../../../src/rpc/rpc.js';
import type { PlanAnswer } from '../../../src/rpc/worker.js';

const job = { budgets: ['bits=4'], runtime: 'generic', minimize: 'size', run: null, batch: 1 } as unknown as PlanJob;
const packed = (budget: string): PackedPlan => ({ budget }) as PackedPlan;
const facts = { request: null, runtimes: [], runtime: 'generic' };
const progress: PlanProgress = { stage: 'effects', done: 1, total: 4, remainingSeconds: 9 };

/** A planning whose searches are ended by the test. */
function fixture() {
  const searches: {
    readonly job: PlanJob;
    readonly signal: AbortSignal;
    emit(progress: PlanProgress): void;
    answer(answer: PlanAnswer): void;
    fail(error: Error): void;
  }[] = [];
  const plan = modelPlan(
    (asked, { signal, onProgress }) =>
      new Promise((answer, fail) => {
        signal!.addEventListener('abort', () => fail(new RemoteError('cancelled', 'AbortError')));
        searches.push({ job: asked, signal: signal!, emit: onProgress!, answer, fail });
      }),
  );
  const events: PlanEvent[] = [];
  plan.watch((event) => events.push(event));
  const begun = async (count: number) => {
    await vi.waitFor(() => expect(searches).toHaveLength(count));
    return searches[count - 1];
  };
  const ends = (kind: string) => vi.waitFor(() => expect(plan.state.kind).toBe(kind));
  const find = () => plan.start(() => Promise.resolve(job));
  /** Has a plan found. */
  const found = async (budget: string) => {
    find();
    (await begun(searches.length + 1)).answer({ kind: 'plan', plan: packed(budget) });
    await ends('done');
  };
  return { plan, events, begun, ends, find, found, searches };
}

describe('the finding of a plan', () => {
  it('says how far it is, and ends with the plan', async () => {
    const { plan, begun, ends, find, events } = fixture();
    expect(plan.state.kind).toBe('idle');
    find();
    expect(plan.state).toEqual({ kind: 'planning', progress: null });
    const search = await begun(1);
    expect(search.job).toBe(job);
    search.emit(progress);
    expect(planningView(plan, facts)).toMatchObject({ kind: 'planning', progress, error: null });
    search.answer({ kind: 'plan', plan: packed('bits=4') });
    await ends('done');
    expect(plan.found).toEqual({ plan: packed('bits=4'), stale: null });
    expect(events.map(({ kind }) => kind)).toEqual(['state', 'state', 'found', 'state']);
  });

  it('names the nearest budget where none is found', async () => {
    const { plan, begun, ends, find } = fixture();
    find();
    (await begun(1)).answer({ kind: 'impossible', message: 'no plan keeps bits=1', nearest: 'bits=2.1' });
    await ends('failed');
    expect(planningView(plan, facts)).toMatchObject({ kind: 'failed', error: 'no plan keeps bits=1', nearest: 'bits=2.1' });
  });

  it('fails with what its question throws, and with what the worker does', async () => {
    const { plan, begun, ends, find } = fixture();
    plan.start(() => Promise.reject(new Error('no such machine')));
    await ends('failed');
    expect(planningView(plan, facts)).toMatchObject({ error: 'no such machine', nearest: null });
    find();
    (await begun(1)).fail(new Error('the worker ended'));
    await vi.waitFor(() => expect(planningView(plan, facts).error).toBe('the worker ended'));
  });

  it('is cancelled at once, and keeps the plan that was there', async () => {
    const { plan, begun, find, found } = fixture();
    await found('bits=4');
    find();
    const search = await begun(2);
    plan.cancel();
    expect(search.signal.aborted).toBe(true);
    expect(plan.state.kind).toBe('cancelled');
    search.answer({ kind: 'plan', plan: packed('bits=5') });
    await Promise.resolve();
    expect(plan.found!.plan.budget).toBe('bits=4');
  });

  it('asked again takes the place of the search that goes on', async () => {
    const { plan, begun, ends, find } = fixture();
    find();
    const first = await begun(1);
    find();
    expect(first.signal.aborted).toBe(true);
    (await begun(2)).answer({ kind: 'plan', plan: packed('bits=5') });
    await ends('done');
    expect(plan.found!.plan.budget).toBe('bits=5');
  });

  it('knows that a plan is of an older run or file, the latter for good', async () => {
    const { plan, found } = fixture();
    plan.outdate('run');
    expect(planningView(plan, facts).stale).toBeNull();
    await found('bits=4');
    plan.outdate('run');
    expect(planningView(plan, facts).stale).toBe('run');
    plan.outdate('file');
    plan.outdate('run');
    expect(planningView(plan, facts).stale).toBe('file');
    await found('bits=5');
    expect(planningView(plan, facts).stale).toBeNull();
  });

  it('ends when its file becomes another one', async () => {
    const { plan, begun, find } = fixture();
    find();
    const search = await begun(1);
    plan.outdate('run');
    expect(plan.state.kind).toBe('planning');
    plan.outdate('file');
    expect(search.signal.aborted).toBe(true);
    expect(plan.state.kind).toBe('cancelled');
  });
});

describe('what a page is told of plans', () => {
  const saved = { budget: 'bits=6', assignments: [], pareto: [] } as unknown as Plan;
  const user = (found: Plan | null) => {
    const looks = new Set<() => void>();
    const draft: { found: Plan | null } = { found };
    const watch = (look: () => void) => {
      looks.add(look);
      return () => looks.delete(look);
    };
    const become = (next: Plan | null) => {
      draft.found = next;
      looks.forEach((look) => look());
    };
    return { draft, watch, become };
  };
  const follow = (plan: ModelPlan, mine: ReturnType<typeof user>) => {
    const events: PlanningEvent[] = [];
    const stream = streamPlan(
      plan,
      mine,
      () => facts,
      (event) => events.push(event),
    );
    const budgets = () => events.flatMap((event) => (event.kind === 'plan' ? [event.plan?.budget ?? null] : []));
    return { events, stream, budgets };
  };

  it('is the plan that was found, and how the finding of one stands', async () => {
    const { plan, found } = fixture();
    const { events, budgets, stream } = follow(plan, user(null));
    expect(events.map(({ kind }) => kind)).toEqual(['planning', 'plan']);
    await found('bits=4');
    expect(budgets()).toEqual([null, 'bits=4']);
    stream.stop();
    plan.outdate('run');
    expect(events.at(-1)).toMatchObject({ kind: 'planning', planning: { kind: 'done', stale: null } });
  });

  it('is the plan of the user’s file, as long as none was found', async () => {
    const { plan, found } = fixture();
    const mine = user(saved);
    const { budgets } = follow(plan, mine);
    mine.become(saved);
    expect(budgets()).toEqual(['bits=6']);
    await found('bits=4');
    mine.become(null);
    expect(budgets()).toEqual(['bits=6', 'bits=4']);
  });
});
