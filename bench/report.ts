/** Benchmark of whole reports from the weights alone, for models of 100 MB: prints ratios. `npm run bench -- report`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { analyzeModel, type AnalysisOptions } from '../src/analysis/pipeline.js';
import { defaultSchemes } from '../src/analysis/schemes.js';
import { sha256 } from '../src/analysis/sha256.js';
import { seeded } from '../src/core/formats/index.js';
import { withModel } from '../src/worker/input.js';
import { startLanes } from '../src/worker/lanes.js';

const ROUNDS = 7;
const lane = path.join(import.meta.dirname, 'lane.mjs');
const { signal } = new AbortController();

/** A chain of `count` products with weights of `size` × `size`. */
function chain(count: number, size: number, op: 'Gemm' | 'MatMul'): Uint8Array {
  const random = seeded(1);
  const dims = [size, size];
  const value = (name: string): onnx.IValueInfoProto => ({
    name,
    type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }, { dimValue: size }] } } },
  });
  const numbers = Array.from({ length: count }, (_, i) => i);
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: op,
      input: [value('x0')],
      output: [value(`x${count}`)],
      node: numbers.map((i) => ({
        name: `layer${i}`,
        opType: op,
        input: [`x${i}`, `w${i}`],
        output: [`x${i + 1}`],
        attribute: op === 'Gemm' ? [{ name: 'transB', type: 2, i: 1 }] : [],
      })),
      initializer: numbers.map((i) => {
        const values = Float32Array.from({ length: size * size }, () => (random() + random() + random() + random() - 2) * 0.17);
        return { name: `w${i}`, dims, dataType: 1, rawData: new Uint8Array(values.buffer) };
      }),
    },
  }).finish();
}

async function readAndSum(file: string): Promise<number> {
  const handle = await open(file);
  const { size } = await handle.stat();
  const bytes = new Uint8Array(size & ~3);
  await handle.read(bytes, 0, bytes.length, 0);
  await handle.close();
  const values = new Float32Array(bytes.buffer);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
console.log(
  `report under the ${defaultSchemes.length} default schemes / (read the file + sum every weight once): as the product does it, in one thread, and the SHA-256 alone`,
);
for (const [name, count, size, op] of [
  ['one weight of 5120 × 5120', 1, 5120, 'Gemm'],
  ['25 weights of 1024 × 1024', 25, 1024, 'Gemm'],
  ['the same, channels last', 25, 1024, 'MatMul'],
] as const) {
  const file = path.join(folder, `${op}${count}.onnx`);
  writeFileSync(file, chain(count, size, op));
  const least = { base: Infinity, report: Infinity, alone: Infinity, hash: Infinity };
  const report = (more: Pick<AnalysisOptions, 'startLanes'>) =>
    withModel({ path: file }, (input) =>
      analyzeModel(input, { schemes: defaultSchemes, targetSqnr: 25, ...more }, () => undefined, signal),
    );
  // In turn, so that all have the same share of the machine's better and worse moments.
  for (let i = 0; i < ROUNDS; i++) {
    least.base = Math.min(least.base, await time(() => readAndSum(file)));
    least.report = Math.min(least.report, await time(() => report({ startLanes: () => startLanes(lane) })));
    least.alone = Math.min(least.alone, await time(() => report({})));
    least.hash = Math.min(least.hash, await time(() => withModel({ path: file }, ({ source }) => sha256(source, signal))));
  }
  const ratio = (ms: number): string => (ms / least.base).toFixed(2);
  console.log(`  ${name.padEnd(40)} ${ratio(least.report)}   ${ratio(least.alone)}   ${ratio(least.hash)}`);
}
rmSync(folder, { recursive: true });
