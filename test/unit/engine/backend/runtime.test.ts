import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { sessionOf } from '../../../../src/engine/backend/runtime.js';
import type { RunTensors } from '../../../../src/engine/backend/types.js';

/** A runtime that gives its input back, and minds where it is told to write. */
function echo(): { readonly session: InferenceSession; readonly calls: { readonly refused: boolean; readonly told: boolean }[] } {
  const calls: { readonly refused: boolean; readonly told: boolean }[] = [];
  const run = (feeds: Record<string, Tensor>, fetches?: Record<string, Tensor>): Promise<Record<string, Tensor>> => {
    const refused = fetches !== undefined && fetches['y'].size !== feeds['x'].size;
    calls.push({ refused, told: fetches !== undefined });
    if (refused) return Promise.reject(new Error('the output has another size'));
    return Promise.resolve({ y: new Tensor('float32', (feeds['x'].data as Float32Array).slice(), feeds['x'].dims) });
  };
  return { session: { run } as unknown as InferenceSession, calls };
}

const fed = (...numbers: number[]): RunTensors =>
  new Map([['x', { dataType: 'float32', shape: [numbers.length], data: Float32Array.from(numbers) }]]);

test('outputs are written over those of the last run only when the inputs are as large, so that no run is done twice', async () => {
  const { session, calls } = echo();
  const loaded = sessionOf(session, Tensor, true);
  const outputs: number[][] = [];
  for (const inputs of [fed(1, 2), fed(3, 4), fed(5), fed(6), fed(7, 8)])
    outputs.push([...((await loaded.run(inputs, true)).get('y')!.data as Float32Array)]);
  expect(outputs).toEqual([[1, 2], [3, 4], [5], [6], [7, 8]]);
  expect(calls).toEqual([false, true, false, true, false].map((told) => ({ refused: false, told })));
});

test("outputs that are the caller's to keep are never written over", async () => {
  const { session, calls } = echo();
  const loaded = sessionOf(session, Tensor, true);
  await loaded.run(fed(1, 2));
  await loaded.run(fed(3, 4), true);
  expect(calls).toEqual([false, false].map((told) => ({ refused: false, told })));
});
