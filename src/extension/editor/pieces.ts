import type { LayerReport } from '../../report/types.js';
import type { AnalysisUpdate } from '../../report/update.js';

/** Layers in one message: few enough for a message to take the host a few milliseconds. */
const PIECE = 8;

const isFinished = ({ weightStats, problem }: LayerReport): boolean => weightStats !== null || problem !== undefined;

const blank = (layer: LayerReport): LayerReport => ({ ...layer, weightStats: null, errors: [], advice: null });

interface Pieces {
  readonly send: (update: AnalysisUpdate) => void;
  /** Resolves when all pieces of what was given to `send` are sent. */
  readonly sent: () => Promise<void>;
}

/**
 * A stream of updates that never holds up the host: a report that comes with finished layers (one who comes late gets it at once) is sent with
 * its layers blank, and then these piece by piece, giving way in between.
 */
export function inPieces(post: (update: AnalysisUpdate) => void): Pieces {
  let pending = Promise.resolve();
  const sendLayers = async (layers: readonly LayerReport[]) => {
    for (let start = 0; start < layers.length; start += PIECE) {
      await new Promise((resolve) => setImmediate(resolve));
      post({ kind: 'layers', start, layers: layers.slice(start, start + PIECE) });
    }
  };
  return {
    send(update) {
      if (update.kind !== 'report') {
        post(update);
        return;
      }
      // Layers finish in their order: those from here on are still to come, and must not be sent after they have.
      const finished = update.report.layers.findIndex((layer) => !isFinished(layer));
      const known = update.report.layers.slice(0, finished < 0 ? undefined : finished);
      post({ kind: 'report', report: { ...update.report, layers: update.report.layers.map(blank) } });
      pending = pending.then(() => sendLayers(known));
    },
    sent: () => pending,
  };
}
