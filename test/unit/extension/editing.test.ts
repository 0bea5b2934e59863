import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { editing, emptyDraft, type Step } from '../../../src/extension/editor/editing.js';
import type { Choices } from '../../../src/report/choices.js';
import type { Plan } from '../../../src/report/plan.js';
import { layer } from './reports.js';

const names = ['a', 'b', 'c'];
const layers = names.map((name) => layer(name));

const edits: fc.Arbitrary<Choices> = fc.array(
  fc.record(
    {
      layer: fc.constantFrom(...names, 'gone'),
      weight: fc.constantFrom(null, 'int4/channel/mse', 'int8/channel/mse'),
      weightClip: fc.constantFrom({ lo: -1, hi: 1 }, { lo: 1, hi: 2 }, { lo: 0, hi: 0 }),
      activation: fc.constantFrom(null, 'uint8/tensor/minmax'),
    },
    { requiredKeys: ['layer'] },
  ),
  { maxLength: 4 },
);

describe('editing', () => {
  it('undoes and redoes every edit, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 8 }), (all) => {
        const steps: Step[] = [];
        const states: unknown[] = [];
        const document = editing(
          () => layers,
          (step) => steps.push(step),
        );
        states.push(document.draft);
        for (const edit of all) {
          const before = steps.length;
          document.edit('edit', edit);
          if (steps.length > before) states.push(document.draft);
        }
        expect(states).toHaveLength(steps.length + 1);
        for (let i = steps.length - 1; i >= 0; i--) {
          steps[i].undo();
          expect(document.draft).toEqual(states[i]);
        }
        expect(document.draft).toEqual(emptyDraft);
        expect(document.dirty).toBe(false);
        for (let i = 0; i < steps.length; i++) {
          steps[i].redo();
          expect(document.draft).toEqual(states[i + 1]);
        }
      }),
    );
  });

  it('is no step when nothing changes', () => {
    const done = vi.fn();
    const document = editing(() => layers, done);
    document.edit('nothing', [{ layer: 'a' }]);
    document.edit('of another model', [{ layer: 'gone', weight: null }]);
    document.edit('no range', [{ layer: 'a', weightClip: { lo: 1, hi: 2 } }]);
    expect(done).not.toHaveBeenCalled();
  });

  it('differs from the file until it is saved, and again when that is undone', () => {
    const steps: Step[] = [];
    const document = editing(
      () => layers,
      (step) => steps.push(step),
    );
    const seen = vi.fn();
    const stop = document.watch(seen);
    document.edit('one', [{ layer: 'a', weight: null }]);
    expect(document.dirty).toBe(true);
    document.saved(document.draft);
    expect(document.dirty).toBe(false);
    steps[0].undo();
    expect(document.dirty).toBe(true);
    expect(seen).toHaveBeenCalledTimes(3);
    stop();
    steps[0].redo();
    expect(seen).toHaveBeenCalledTimes(3);
  });

  it('takes a found plan in as a step of its own, and restored drafts without one', () => {
    const done = vi.fn();
    const document = editing(() => layers, done);
    document.adopt('plan', {} as Plan);
    expect(done).toHaveBeenCalledOnce();
    expect(document.draft.found).not.toBeNull();
    document.restore(emptyDraft, true);
    expect(done).toHaveBeenCalledOnce();
    expect(document).toMatchObject({ draft: emptyDraft, dirty: false });
  });
});
