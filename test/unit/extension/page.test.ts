import { describe, expect, it, vi } from 'vitest';
import type { LayerReport, ValueStats } from '../../../src/report/types.js';
import { editing } from '../../../src/extension/editor/editing.js';
import { servePage } from '../../../src/extension/editor/page.js';
import { modelPlan } from '../../../src/extension/models/modelPlan.js';
import { modelRun } from '../../../src/extension/models/modelRun.js';
import { planTrials } from '../../../src/extension/models/planTrials.js';
import type { ShownPlans } from '../../../src/extension/editor/shownPlans.js';
import type { ModelSession } from '../../../src/extension/models/session.js';
import type { FollowEvent, ShownPlan } from '../../../src/rpc/page.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { layer, report } from './reports.js';

const context = { signal: new AbortController().signal, progress: vi.fn(), transfer: vi.fn() };

function served(plan = editing(() => [layer('conv')], vi.fn())) {
  const histogram = vi.fn((index: number, bins: number) =>
    Promise.resolve({ edges: Float64Array.of(index, bins), counts: new Float64Array(1) }),
  );
  const analyze = vi.fn<ModelSession['analyze']>(({ onUpdate } = {}) => {
    onUpdate!({ kind: 'progress', stage: 'read', done: 1, total: 2 });
    return Promise.resolve(report());
  });
  const graph = { nodes: [], edges: new Uint32Array(), layerNodes: new Uint32Array() };
  const run = modelRun({ analyze: () => Promise.resolve(report()), run: () => new Promise(() => undefined) });
  const study = vi.fn<ModelSession['study']>();
  const layers: LayerReport[] = [];
  const planning = modelPlan(() => new Promise(() => undefined));
  const trials = planTrials();
  const session = {
    analyze,
    histogram,
    study,
    layers,
    graph: () => Promise.resolve(graph),
    run,
    plan: planning,
    trials,
    cancel: vi.fn(),
  } as unknown as ModelSession;
  const reopen = vi.fn();
  const save = vi.fn(() => Promise.resolve());
  const failed = vi.fn((method: string, error: Error) => new Error(`${method}: ${error.message}`));
  const act = vi.fn();
  const opened = vi.fn();
  const shown = { show: vi.fn<ShownPlans['show']>() };
  const tryPlan = vi.fn(() => Promise.resolve());
  const facts = { blocked: 'untrusted' as const, chosen: undefined };
  const findPlan = vi.fn();
  const planFacts = { request: null, runtimes: [], runtime: 'generic' };
  const page = servePage({
    session,
    planFacts: () => planFacts,
    findPlan,
    document: { editing: plan, yours: null, notice: null, watch: () => () => undefined, shown },
    tryPlan,
    facts: () => facts,
    opened,
    act,
    reopen,
    exportAs: vi.fn(),
    save,
    failed,
  });
  return {
    analyze,
    histogram,
    study,
    layers,
    graph,
    session,
    reopen,
    save,
    failed,
    act,
    opened,
    findPlan,
    tryPlan,
    shown,
    trials,
    page,
    handlers: page.handlers,
  };
}

describe('a page is served', () => {
  it('the analysis, streamed as it comes', async () => {
    const { handlers, analyze } = served();
    expect(await handlers.open(null, context)).toEqual(headOf(report()));
    expect(analyze.mock.calls[0][0]!.signal).toBe(context.signal);
    expect(context.progress).toHaveBeenCalledWith({ kind: 'progress', stage: 'read', done: 1, total: 2 });
  });

  it('answers about single layers', async () => {
    const { handlers, study } = served();
    const ranges = { min: new Float32Array(1) };
    study.mockResolvedValue(ranges as never);
    expect(await handlers.channelRanges({ index: 4 }, context)).toBe(ranges);
    expect(study).toHaveBeenCalledWith('channelRanges', { index: 4 }, context.signal);
  });

  it('says with a question about values what the report knows of them', async () => {
    const { handlers, study, layers } = served();
    const input = { value: 'x' } as ValueStats;
    layers.push({ ...layer('conv'), activationStats: { input, output: null } });
    const question = { index: 0, value: 'input', scheme: 'uint8/tensor/minmax', clip: { lo: 0, hi: 1 } } as const;
    await handlers.valueError(question, context);
    expect(study).toHaveBeenLastCalledWith('valueError', { ...question, stats: input }, context.signal);
    const of = { index: 0, value: 'output', scheme: 'uint8/tensor/minmax' } as const;
    await handlers.valueClips(of, context);
    expect(study).toHaveBeenLastCalledWith('valueClips', of, context.signal);
  });

  it('no failure where the page has given up asking', async () => {
    const { handlers, study, failed } = served();
    study.mockRejectedValue(new Error('left'));
    await expect(handlers.channelRanges({ index: 4 }, { ...context, signal: AbortSignal.abort() })).rejects.toThrow(/^left$/);
    expect(failed).not.toHaveBeenCalled();
    await expect(handlers.channelRanges({ index: 4 }, context)).rejects.toThrow('channelRanges: left');
  });

  it('errors, in the words of the host', async () => {
    const { handlers, analyze, failed } = served();
    const error = new Error('no ONNX file');
    analyze.mockRejectedValue(error);
    await expect(handlers.open(null, context)).rejects.toThrow('open: no ONNX file');
    expect(failed).toHaveBeenCalledWith('open', error);
  });

  it.each([
    [64, 64],
    [0, 1],
    [12.7, 12],
    [1e9, 4096],
  ])('histograms of a sensible number of bins: %d asked, %d given', async (asked, given) => {
    const { handlers, histogram } = served();
    await handlers.histogram({ index: 3, bins: asked }, context);
    expect(histogram).toHaveBeenCalledWith(3, given);
  });

  it('the graph', async () => {
    const { handlers, graph } = served();
    expect(await handlers.graph(null, context)).toBe(graph);
  });

  it('how the running stands, as long as the page is there', () => {
    const { handlers, page, session } = served();
    const events: FollowEvent[] = [];
    void handlers.follow(null, { ...context, progress: (event) => events.push(event) });
    expect(events).toEqual([
      { kind: 'state', state: expect.objectContaining({ kind: 'idle', blocked: 'untrusted' }) as object },
      { kind: 'planning', planning: expect.objectContaining({ kind: 'idle', stale: null }) as object },
      { kind: 'plan', plan: null },
      { kind: 'base', base: null },
      { kind: 'choices', choices: [], dirty: false },
      { kind: 'yours', yours: null, notice: null },
      { kind: 'trial', trial: { kind: 'idle', key: null, progress: null, error: null, trial: null } },
    ]);
    page.refresh();
    expect(events).toHaveLength(9);
    page.dispose();
    session.run.start(defaultRunSettings);
    session.plan.start(() => Promise.reject(new Error('no such machine')));
    expect(events).toHaveLength(9);
  });

  it('what a plan costs, and how the running of one stands', async () => {
    const { handlers, shown, tryPlan, trials } = served();
    const events: FollowEvent[] = [];
    void handlers.follow(null, { ...context, progress: (event) => events.push(event) });
    const answer = { key: 'a', plan: {}, trial: null } as unknown as ShownPlan;
    shown.show.mockResolvedValue(answer);
    expect(await handlers.showPlan({ of: 3 }, context)).toBe(answer);
    expect(shown.show).toHaveBeenCalledWith(3);
    await handlers.tryPlan({ of: 'yours' }, context);
    expect(tryPlan).toHaveBeenCalledWith('yours');
    trials.start('a', () => Promise.reject(new Error('no such file')));
    await vi.waitFor(() =>
      expect(events.at(-1)).toEqual({
        kind: 'trial',
        trial: { kind: 'failed', key: 'a', progress: null, error: 'no such file', trial: null },
      }),
    );
  });

  it('the choices of its user, to every page that follows', async () => {
    const { handlers } = served();
    const events: FollowEvent[] = [];
    void handlers.follow(null, { ...context, progress: (event) => events.push(event) });
    const choices = [{ layer: 'conv', weight: 'int4/channel/mse' }];
    await handlers.edit({ label: 'Set scheme', choices }, context);
    expect(events.at(-1)).toEqual({ kind: 'choices', choices, dirty: true });
  });

  it('what another page of the same document has decided', async () => {
    const plan = editing(() => [layer('conv')], vi.fn());
    const [left, right] = [served(plan), served(plan)];
    const events: FollowEvent[] = [];
    void right.handlers.follow(null, { ...context, progress: (event) => events.push(event) });
    const choices = [{ layer: 'conv', weight: null }];
    await left.handlers.edit({ label: 'Set scheme', choices }, context);
    expect(events.at(-1)).toEqual({ kind: 'choices', choices, dirty: true });
    right.page.dispose();
    await left.handlers.edit({ label: 'Back', choices: [{ layer: 'conv' }] }, context);
    expect(events.at(-1)).toEqual({ kind: 'choices', choices, dirty: true });
  });

  it('word that its analysis is done, and what its buttons do', async () => {
    const { handlers, opened, act, findPlan } = served();
    await handlers.open(null, context);
    expect(opened).toHaveBeenCalledOnce();
    const request = { budgets: ['bits=4'], runtime: 'generic', minimize: 'size' } as const;
    await handlers.findPlan(request, context);
    expect(findPlan).toHaveBeenCalledWith(request);
    await handlers.act({ action: 'use-inputs' }, context);
    expect(act).toHaveBeenCalledWith('use-inputs');
  });

  it('files that it made, saved where the user wants them', async () => {
    const { handlers, save } = served();
    const bytes = Uint8Array.of(1, 2);
    await handlers.save({ name: 'lenet-graph.png', bytes }, context);
    expect(save).toHaveBeenCalledWith('lenet-graph.png', bytes);
  });

  it('a cancel and a way out', async () => {
    const { handlers, session, reopen } = served();
    await handlers.cancel(null, context);
    await handlers.reopen({ as: 'binary' }, context);
    expect(session.cancel).toHaveBeenCalledOnce();
    expect(reopen).toHaveBeenCalledWith('binary');
  });
});
