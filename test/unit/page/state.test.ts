import { describe, expect, it } from 'vitest';
import { initialState, share, step, type PageEvent, type PageState } from '../../../webview-ui/src/view/state.js';
import { defaultView, restoreView } from '../../../webview-ui/src/view/viewState.js';
import { layer, report } from './layers.js';

const blank = report([layer('a'), layer('b'), layer('c')]);
const after = (...events: PageEvent[]): PageState => events.reduce(step, initialState);
const listed: PageEvent = { kind: 'update', update: { kind: 'report', report: blank } };
const done = layer('b', { problem: 'seen' });

describe('what the page knows', () => {
  it('starts with nothing, then lists layers, then fills them in', () => {
    expect(after({ kind: 'opened' }).phase).toBe('loading');
    const state = after({ kind: 'opened' }, listed, { kind: 'update', update: { kind: 'layers', start: 1, layers: [done] } });
    expect(state.phase).toBe('streaming');
    expect(state.report?.layers).toEqual([blank.layers[0], done, blank.layers[2]]);
    expect(blank.layers[1]).not.toBe(done);
  });

  it('takes no more layers than were listed, and none before the list', () => {
    const update: PageEvent = { kind: 'update', update: { kind: 'layers', start: 2, layers: [done, done] } };
    expect(after({ kind: 'opened' }, listed, update).report?.layers).toHaveLength(3);
    expect(after({ kind: 'opened' }, update).report).toBeNull();
  });

  it('is whole when the analysis ends', () => {
    const { layers, ...head } = report([done]);
    const state = after(
      { kind: 'opened' },
      listed,
      { kind: 'update', update: { kind: 'layers', start: 0, layers } },
      { kind: 'finished', head },
    );
    expect(state).toEqual({ ...initialState, phase: 'done', report: { ...head, layers: [done, ...blank.layers.slice(1)] } });
  });

  it('keeps what was there over a cancel, and over the start after it', () => {
    const events: PageEvent[] = [
      { kind: 'opened' },
      listed,
      { kind: 'update', update: { kind: 'progress', stage: 'weights', done: 1, total: 3 } },
    ];
    expect(share(after(...events).progress)).toBeCloseTo(1 / 3);
    const cancelled = after(...events, { kind: 'cancelled' });
    expect(cancelled).toMatchObject({ phase: 'cancelled', report: blank, progress: null });
    expect(step(cancelled, { kind: 'opened' })).toMatchObject({ phase: 'streaming', report: blank });
  });

  it('hears no stragglers after the end', () => {
    const cancelled = after({ kind: 'opened' }, listed, { kind: 'cancelled' });
    expect(step(cancelled, { kind: 'update', update: { kind: 'layers', start: 0, layers: [done] } })).toBe(cancelled);
  });

  it('has one line about a failure, until the next start', () => {
    const failed = after({ kind: 'opened' }, { kind: 'failed', message: 'not an ONNX file' });
    expect(failed).toMatchObject({ phase: 'failed', error: 'not an ONNX file' });
    expect(step(failed, { kind: 'opened' }).error).toBeNull();
  });

  it('knows no share of nothing', () => {
    expect(share(null)).toBeNull();
    expect(share({ stage: 'read', done: 0, total: 0 })).toBeNull();
    expect(share({ stage: 'read', done: 5, total: 4 })).toBe(1);
  });
});

describe('the view that VS Code kept', () => {
  it('is taken up as it was left', () => {
    const view = {
      ...defaultView,
      selected: 3,
      selectedName: 'fc',
      sort: { column: 'macs', descending: true },
      filter: 'conv',
      scrollTop: 48,
      logScale: false,
    };
    expect(restoreView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  it.each([undefined, null, 7, 'x', [], { selected: 'a', sort: { column: 1 }, filter: 3, scrollTop: NaN, split: 'wide', logScale: 1 }])(
    'is the default where %j says nothing usable',
    (stored) => expect(restoreView(stored)).toEqual(defaultView),
  );

  it('never leaves a pane without room', () => expect(restoreView({ split: 7 }).split).toBe(0.85));
});
