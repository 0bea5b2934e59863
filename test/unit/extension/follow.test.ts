import { describe, expect, it, vi } from 'vitest';
import { runView, streamRun } from '../../../src/extension/editor/follow.js';
import type { ModelRun, RunEvent as Happened, RunFigures, RunState } from '../../../src/extension/models/modelRun.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import type { LayerReport } from '../../../src/report/types.js';
import type { RunEvent } from '../../../src/rpc/page.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { layer, report } from './reports.js';

const request = { ...defaultRunSettings, inputs: '/data/images.npz' };
const facts = { blocked: null, chosen: { inputs: '/data/images.npz', labels: null } };
const figuresOf = (layers: Iterable<[number, LayerReport]>, ended = false): RunFigures => ({
  request,
  head: ended ? headOf(report()) : undefined,
  layers: new Map(layers),
});

function fixture(state: RunState, figures?: RunFigures) {
  const looks = new Set<(event: Happened) => void>();
  const run = {
    state,
    figures,
    watch: (look: (event: Happened) => void) => {
      looks.add(look);
      return () => looks.delete(look);
    },
  } as unknown as ModelRun & { figures: RunFigures | undefined };
  const events: RunEvent[] = [];
  const stream = streamRun(
    run,
    () => facts,
    (event) => events.push(event),
  );
  const happen = (event: Happened) => looks.forEach((look) => look(event));
  return { run, events, stream, happen, looks };
}

describe('what a page is told of a run', () => {
  it.each<[string, RunState, RunFigures | undefined, object]>([
    ['nothing was run', { kind: 'idle' }, undefined, { kind: 'idle', evidence: 'weights', progress: null, error: null }],
    ['it has begun', { kind: 'running', request, progress: null }, undefined, { kind: 'running', evidence: 'weights' }],
    ['figures come in', { kind: 'running', request, progress: null }, figuresOf([]), { kind: 'running', evidence: 'data' }],
    ['generated inputs', { kind: 'done', request }, { ...figuresOf([]), request: defaultRunSettings }, { evidence: 'synthetic' }],
    ['it failed', { kind: 'failed', request, error: new Error('no memory') }, undefined, { kind: 'failed', error: 'no memory' }],
  ])('how it stands when %s', (_, state, figures, expected) => {
    expect(runView({ state, figures }, facts)).toMatchObject({ ...expected, chosen: { inputs: 'images.npz' }, blocked: null });
  });

  it('what is there already, in pieces, and then the rest of the report', async () => {
    const layers = Array.from({ length: 70 }, (_, i): [number, LayerReport] => [i < 40 ? i : i + 10, layer(`conv${i}`)]);
    const { events } = fixture({ kind: 'done', request }, figuresOf(layers, true));
    await vi.waitFor(() => expect(events.at(-1)?.kind).toBe('head'));
    const sent = events.flatMap((event) => (event.kind === 'layers' ? [[event.start, event.layers.length]] : []));
    expect(sent).toEqual([...[0, 8, 16, 24, 32].map((start) => [start, 8]), ...[50, 58, 66].map((start) => [start, 8]), [74, 6]]);
  });

  it('nothing of what is there once it is cleared', async () => {
    const { events, run, happen } = fixture({ kind: 'done', request }, figuresOf([[0, layer('conv')]], true));
    run.figures = undefined;
    happen({ kind: 'cleared' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(events.map(({ kind }) => kind)).toEqual(['state', 'cleared', 'state']);
  });

  it('everything that happens, until it stops', () => {
    const { events, happen, stream, looks } = fixture({ kind: 'idle' });
    happen({ kind: 'layers', start: 3, layers: [layer('conv')] });
    stream.refresh();
    stream.stop();
    expect(looks.size).toBe(0);
    expect(events.map(({ kind }) => kind)).toEqual(['state', 'layers', 'state']);
  });
});
