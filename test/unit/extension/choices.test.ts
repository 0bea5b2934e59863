import { describe, expect, it } from 'vitest';
import { choicesIn } from '../../../src/extension/run/choices.js';

function memory(stored?: unknown) {
  const kept = { value: stored };
  return {
    get: () => kept.value as never,
    update: (_key: string, value: unknown) => {
      kept.value = value;
      return Promise.resolve();
    },
  };
}

describe('the inputs chosen last', () => {
  it('are remembered by model', () => {
    const kept = memory();
    choicesIn(kept).set('file:///a.onnx', { inputs: '/a.npz', labels: null });
    choicesIn(kept).set('file:///b.onnx', { inputs: null, labels: null });
    expect(choicesIn(kept).get('file:///a.onnx')).toEqual({ inputs: '/a.npz', labels: null });
    expect(choicesIn(kept).get('file:///b.onnx')).toEqual({ inputs: null, labels: null });
    expect(choicesIn(kept).get('file:///c.onnx')).toBeUndefined();
  });

  it('are kept when what came of them is put away, until they are chosen again', () => {
    const choices = choicesIn(memory());
    choices.putAway('file:///a.onnx');
    expect(choices.get('file:///a.onnx')).toBeUndefined();
    choices.set('file:///a.onnx', { inputs: '/a.npz', labels: null });
    choices.putAway('file:///a.onnx');
    expect(choices.get('file:///a.onnx')).toEqual({ inputs: '/a.npz', labels: null, shown: false });
    choices.set('file:///a.onnx', choices.get('file:///a.onnx')!);
    expect(choices.get('file:///a.onnx')).toEqual({ inputs: '/a.npz', labels: null });
  });

  it('are forgotten of models not run for long', () => {
    const choices = choicesIn(memory());
    for (let i = 0; i < 250; i++) {
      choices.set('file:///often.onnx', { inputs: '/often.npz', labels: null });
      choices.set(`file:///${i}.onnx`, { inputs: null, labels: null });
    }
    expect(choices.get('file:///0.onnx')).toBeUndefined();
    expect(choices.get('file:///249.onnx')).toBeDefined();
    expect(choices.get('file:///often.onnx')).toBeDefined();
  });

  it.each([null, 7, [], { 'file:///a.onnx': 'x' }, { 'file:///a.onnx': { inputs: 3, labels: null } }])(
    'are none where %j is stored',
    (stored) => {
      expect(choicesIn(memory(stored)).get('file:///a.onnx')).toBeUndefined();
    },
  );
});
