import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { weightJob } from '../../../src/analysis/lanes.js';
import { analyzeWeight } from '../../../src/analysis/weights.js';
import { parseSchemes } from '../../../src/analysis/schemes.js';
import { openModel } from '../../../src/model/open.js';
import type { Layer } from '../../../src/model/types.js';
import { withModel } from '../../../src/worker/input.js';
import { startLanes } from '../../../src/worker/lanes.js';
import { bundled } from '../bundled.js';

const schemes = ['int4/tensor/minmax', 'int3/channel/mse', 'bf16'];
const rest = { schemes, targetSqnr: 25, options: {} };
const { signal } = new AbortController();
let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
  script = path.join(folder, 'lane.js');
  await bundled('src/worker/lane.ts', script);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const withLayers = <T>(use: (layers: readonly Layer[]) => Promise<T>): Promise<T> =>
  withModel({ path: 'samples/mobilenet-fashion/mobilenetv2-fashion.onnx' }, async ({ source, siblings }) =>
    use((await openModel(source, siblings)).layers),
  );

test('a thread says of every weight what this one says', () =>
  withLayers(async (layers) => {
    const lanes = startLanes(script, 1);
    try {
      for (const layer of layers.slice(0, 8)) {
        const there = await lanes.look(0, await weightJob(layer, rest));
        expect(there).toEqual(await analyzeWeight(layer, parseSchemes(schemes), 25, signal));
      }
    } finally {
      lanes.end();
    }
  }));

test('a thread that is ended, or does not start, fails what is asked of it', () =>
  withLayers(async ([layer]) => {
    const ended = startLanes(script, 1);
    const waiting = ended.look(0, await weightJob(layer, rest));
    ended.end();
    await expect(waiting).rejects.toThrow('ended');
    const nowhere = startLanes(path.join(folder, 'nowhere.js'), 1);
    await expect(nowhere.look(0, await weightJob(layer, rest))).rejects.toThrow('nowhere.js');
    nowhere.end();
  }));
