import { describe, expect, it, vi } from 'vitest';
import { pageHandlers } from '../../../src/extension/editor/page.js';
import type { ModelSession } from '../../../src/extension/models/session.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { report } from './reports.js';

const context = { signal: new AbortController().signal, progress: vi.fn(), transfer: vi.fn() };

function served() {
  const histogram = vi.fn((index: number, bins: number) =>
    Promise.resolve({ edges: Float64Array.of(index, bins), counts: new Float64Array(1) }),
  );
  const analyze = vi.fn<ModelSession['analyze']>(({ onUpdate } = {}) => {
    onUpdate!({ kind: 'progress', stage: 'read', done: 1, total: 2 });
    return Promise.resolve(report());
  });
  const graph = { nodes: [], edges: new Uint32Array(), layerNodes: new Uint32Array() };
  const session = { analyze, histogram, graph: () => Promise.resolve(graph), cancel: vi.fn() } as unknown as ModelSession;
  const reopen = vi.fn();
  const failed = vi.fn((method: string, error: Error) => new Error(`${method}: ${error.message}`));
  return { analyze, histogram, graph, session, reopen, failed, handlers: pageHandlers({ session, reopen, failed }) };
}

describe('a page is served', () => {
  it('the analysis, streamed as it comes', async () => {
    const { handlers, analyze } = served();
    expect(await handlers.open(null, context)).toEqual(headOf(report()));
    expect(analyze.mock.calls[0][0]!.signal).toBe(context.signal);
    expect(context.progress).toHaveBeenCalledWith({ kind: 'progress', stage: 'read', done: 1, total: 2 });
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

  it('a cancel and a way out', async () => {
    const { handlers, session, reopen } = served();
    await handlers.cancel(null, context);
    await handlers.reopen({ as: 'binary' }, context);
    expect(session.cancel).toHaveBeenCalledOnce();
    expect(reopen).toHaveBeenCalledWith('binary');
  });
});
