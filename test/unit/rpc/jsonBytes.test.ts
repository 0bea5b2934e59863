import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, fromBytes } from '../../../src/rpc/jsonBytes.js';

const progress = (value: unknown) => ({ kind: 'progress', id: 3, value });

describe('progress as bytes', () => {
  it('says the same after its way', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const message = progress({ kind: 'layers', layers: JSON.parse(json) as unknown });
        expect(fromBytes(asBytes(message, ['layers']))).toEqual(message);
      }),
    );
  });

  it('is bytes for the kinds that are asked for, and nothing else is', () => {
    expect(asBytes(progress({ kind: 'layers' }), ['layers'])).toMatchObject({ id: 3, value: expect.any(Uint8Array) as unknown });
    for (const message of [
      progress({ kind: 'plan', weights: new Uint16Array(2) }),
      progress(null),
      { kind: 'ok', id: 3, result: 1 },
      null,
    ]) {
      expect(asBytes(message, ['layers'])).toBe(message);
      expect(fromBytes(message)).toBe(message);
    }
  });
});
