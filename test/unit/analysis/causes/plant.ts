import type { onnx } from 'onnx-proto';
import { analyzeModel } from '../../../../src/analysis/pipeline.js';
import { addEffects } from '../../../../src/analysis/run.js';
import { seeded } from '../../../../src/core/formats/index.js';
import { localEngine } from '../../../../src/engine/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { defaultRunSettings } from '../../../../src/report/runSettings.js';
import schema from '../../../../src/report/schema.json';
import type { Finding, Report } from '../../../../src/report/types.js';
import { violations } from '../../cli/schema.js';
import { floats, model, node, noSiblings, value } from '../../model/build.js';

const { signal } = new AbortController();
const nothing = (): void => undefined;

/** Independent standard normal numbers (Box and Muller): rows and columns of a matrix of them have nothing to do with each other. */
export function normal(n: number, seed: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** Inputs and outputs of the layers that causes are planted in. */
export const SIZE = 128;

export const gemm = (name: string, from: string, to: string, ...weights: string[]) =>
  node('Gemm', [from, ...weights], [to], { transB: 1 }, name);
export const square = (values: ArrayLike<number>): readonly [readonly number[], ArrayLike<number>] => [[SIZE, SIZE], values];
export const plain = (seed: number): Float32Array => normal(SIZE * SIZE, seed);
export const rowOf = (i: number): number => Math.floor(i / SIZE);

/** A layer's weight by name: its dims and its values. */
export type Weights = Readonly<Record<string, readonly [dims: readonly number[], values: ArrayLike<number>]>>;

/** A model from `x` to `y` of single-precision weights. */
export function network(nodes: onnx.INodeProto[], weights: Weights, input: readonly (number | string)[]): Uint8Array {
  const initializer = Object.entries(weights).map(([name, [dims, values]]) => floats(name, dims, Array.from(values)));
  return model({ node: nodes, initializer, input: [value('x', input)], output: [value('y', null)] });
}

/** The report on a model's weights. */
export async function fromWeights(bytes: Uint8Array): Promise<Report> {
  const input = { source: memorySource(bytes), siblings: noSiblings, file: 'planted.onnx' };
  const { report } = await analyzeModel(input, { schemes: ['int4/tensor/minmax', 'int8/tensor/minmax'], targetSqnr: 25 }, nothing, signal);
  return valid(report);
}

/** The report on a model that was run on standard normal inputs. */
export async function fromRun(bytes: Uint8Array, samples = 256): Promise<Report> {
  const input = { source: memorySource(bytes), siblings: noSiblings, file: 'planted.onnx' };
  const settings = { ...defaultRunSettings, samples, targets: ['weight' as const] };
  const options = { settings, place: { bytes }, startEngine: localEngine, processes: 1, cacheFolder: null };
  const report = await addEffects(input, await fromWeights(bytes), options, nothing, signal);
  if (report.run?.problem !== undefined) throw new Error(report.run.problem);
  return valid(report);
}

function valid(report: Report): Report {
  const broken = violations(JSON.parse(JSON.stringify(report)), schema);
  if (broken.length > 0) throw new Error(broken.join('; '));
  return report;
}

/** All findings, each as `layer cause`. */
export const named = ({ layers }: Report): readonly string[] =>
  layers.flatMap(({ name, findings }) => (findings ?? []).map(({ cause, target }) => `${name} ${cause} of ${target}`)).sort();

export function finding({ layers }: Report, cause: Finding['cause']): Finding {
  const [found, ...more] = layers.flatMap(({ findings }) => (findings ?? []).filter((f) => f.cause === cause));
  if (!found || more.length > 0) throw new Error(`expected one finding of ${cause}: ${more.length + (found ? 1 : 0)}`);
  return found;
}
