import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerReport } from '../../../src/report/types.js';
import { inShortPieces } from '../../../src/worker/pieces.js';
import { layer } from '../extension/reports.js';

const sized = (length: number, i: number): LayerReport => ({ ...layer(`layer ${i}`), problem: 'x'.repeat(length) });

describe('layers in short pieces', () => {
  it('are all there, once, in their order, and no piece of several is long', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(fc.nat(70_000), { maxLength: 30 }), (start, lengths) => {
        const layers = lengths.map(sized);
        const pieces = [...inShortPieces(start, layers)];
        expect(pieces.flatMap((piece) => piece.layers)).toEqual(layers);
        let next = start;
        for (const piece of pieces) {
          expect(piece.start).toBe(next);
          expect(piece.layers.length).toBeGreaterThan(0);
          if (piece.layers.length > 1) expect(JSON.stringify(piece.layers).length).toBeLessThan(50_000);
          next += piece.layers.length;
        }
      }),
    );
  });
});
