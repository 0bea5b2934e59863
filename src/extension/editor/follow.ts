import path from 'node:path';
import type { LayerReport } from '../../report/types.js';
import type { RunEvent, RunView } from '../../rpc/page.js';
import type { ModelRun } from '../models/modelRun.js';
import type { InputsChoice } from '../run/choices.js';

/** What is to be known of the running of a model beside how it stands. */
export interface RunFacts {
  /** Why the model cannot be run; null when it can. */
  readonly blocked: RunView['blocked'];
  /** What was chosen last. */
  readonly chosen: InputsChoice | undefined;
}

/** How the run stands, as the page shows it. */
export function runView({ state, figures }: Pick<ModelRun, 'state' | 'figures'>, { blocked, chosen }: RunFacts): RunView {
  return {
    kind: state.kind,
    evidence: figures === undefined ? 'weights' : figures.request.inputs === null ? 'synthetic' : 'data',
    chosen: chosen ? { inputs: chosen.inputs === null ? null : path.basename(chosen.inputs) } : null,
    progress: state.kind === 'running' ? state.progress : null,
    error: state.kind === 'failed' ? state.error.message : null,
    blocked,
  };
}

/** Layers in one message: few enough for a message to take the host a few milliseconds. */
const PIECE = 8;

/** Layers that lie next to each other, at most `PIECE` together. */
function* neighbours(layers: ReadonlyMap<number, LayerReport>): Iterable<{ readonly start: number; readonly indices: readonly number[] }> {
  let indices: number[] = [];
  for (const index of [...layers.keys()].sort((a, b) => a - b)) {
    if (indices.length === PIECE || (indices.length > 0 && index !== indices[indices.length - 1] + 1)) {
      yield { start: indices[0], indices };
      indices = [];
    }
    indices.push(index);
  }
  if (indices.length > 0) yield { start: indices[0], indices };
}

export interface RunStream {
  /** The facts are others. */
  readonly refresh: () => void;
  readonly stop: () => void;
}

/** Sends what is there of a run, piece by piece with pauses in between, and everything that happens, as it happens. */
export function streamRun(run: ModelRun, facts: () => RunFacts, post: (event: RunEvent) => void): RunStream {
  let stopped = false;
  const sendState = (): void => post({ kind: 'state', state: runView(run, facts()) });
  const sendKnown = async (known: ModelRun['figures']): Promise<void> => {
    if (!known) return;
    for (const { start, indices } of neighbours(known.layers)) {
      await new Promise((resolve) => setImmediate(resolve));
      // What came meanwhile was sent as it came; what is sent here is not older.
      if (stopped || run.figures !== known) return;
      post({ kind: 'layers', start, layers: indices.map((index) => known.layers.get(index)!) });
    }
    if (known.head) post({ kind: 'head', head: known.head });
  };
  const unwatch = run.watch((event) => {
    if (event.kind !== 'state') post(event);
    // Whether there are figures is part of how it stands.
    if (event.kind === 'state' || event.kind === 'cleared') sendState();
  });
  sendState();
  void sendKnown(run.figures);
  return {
    refresh: sendState,
    stop() {
      stopped = true;
      unwatch();
    },
  };
}
