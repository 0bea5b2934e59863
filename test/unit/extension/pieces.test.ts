import { describe, expect, it } from 'vitest';
import { inPieces } from '../../../src/extension/editor/pieces.js';
import { withUpdate } from '../../../src/rpc/reportStream.js';
import type { AnalysisUpdate } from '../../../src/report/update.js';
import type { LayerReport, Report } from '../../../src/report/types.js';
import { layer, report } from './reports.js';

const stats = { min: -1, max: 1, mean: 0, std: 0.5, kurtosis: 0, zeros: 0, nan: 0, inf: 0 };
const finished = (i: number): LayerReport => ({ ...layer(`conv${i}`, {}), weightStats: stats });
const layers = (count: number, done = count) => Array.from({ length: count }, (_, i) => (i < done ? finished(i) : layer(`conv${i}`)));

function collected() {
  const posted: AnalysisUpdate[] = [];
  const stream = inPieces((update) => posted.push(update));
  const known = () => posted.reduce<Report | undefined>(withUpdate, undefined);
  return { posted, stream, known };
}

describe('a report in pieces', () => {
  it('adds up to the whole', async () => {
    const { posted, stream, known } = collected();
    stream.send({ kind: 'report', report: report(...layers(100)) });
    await stream.sent();
    expect(known()).toEqual(report(...layers(100)));
    expect(posted.map((update) => (update.kind === 'layers' ? update.layers.length : update.kind))).toEqual([
      'report',
      ...new Array<number>(12).fill(8),
      4,
    ]);
  });

  it('lists all layers at once, before their figures', () => {
    const { stream, known } = collected();
    stream.send({ kind: 'report', report: report(...layers(40)) });
    expect(known()!.layers.map(({ advice }) => advice)).toEqual(new Array(40).fill(null));
  });

  it('does not undo what finishes while it is sent', async () => {
    const { stream, known } = collected();
    stream.send({ kind: 'report', report: report(...layers(40, 36)) });
    stream.send({ kind: 'layers', start: 36, layers: layers(40).slice(36) });
    await stream.sent();
    expect(known()).toEqual(report(...layers(40)));
  });

  it('passes on what is small as it comes', () => {
    const { posted, stream } = collected();
    const update: AnalysisUpdate = { kind: 'progress', stage: 'weights', done: 1, total: 2 };
    stream.send(update);
    expect(posted).toEqual([update]);
  });
});
