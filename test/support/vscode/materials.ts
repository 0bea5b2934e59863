import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import type { Plan } from '../../../src/report/plan.js';
import type { Report } from '../../../src/report/types.js';
import type { Files } from './window.js';

const sample = (name: string): Buffer => readFileSync(path.join(inject('window').root, 'samples', name));

/** The sample that comes with the checkout. */
export const lenet = (): Buffer => sample('lenet/lenet5-mnist.onnx');

/** The sample with 500 images and their classes, by the names they have in a workspace. */
export const lenetWithInputs = (): Files => ({
  'lenet.onnx': lenet(),
  'test-images.npz': sample('lenet/test-images.npz'),
  'test-labels.npy': sample('lenet/test-labels.npy'),
});

/** A sample with modules within modules. */
export const resnet = (): Buffer => sample('resnet-fashion/resnet20-fashion.onnx');

/** Inputs and labels of the samples that tell clothes apart. */
export const fashion = (): Files => ({
  'test-images.npz': sample('fashion/test-images.npz'),
  'test-labels.npy': sample('fashion/test-labels.npy'),
});

export const mobilenet = (): Buffer => sample('mobilenet-fashion/mobilenetv2-fashion.onnx');

/** The report that the command line gives for a model, with the installed package's `dist/cli.js`. */
export function commandLineReport(file: string, ...flags: readonly string[]): Report {
  const cli = path.join(inject('window').installed, 'dist/cli.js');
  const args = [cli, 'analyze', file, ...flags, '--json', '-'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 })) as Report;
}

/** The plan that the command line finds for a model. */
export function commandLinePlan(file: string, ...flags: readonly string[]): Plan {
  const cli = path.join(inject('window').installed, 'dist/cli.js');
  return JSON.parse(execFileSync(process.execPath, [cli, 'plan', file, ...flags, '-o', '-'], { encoding: 'utf8', maxBuffer: 1e9 })) as Plan;
}

export const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 253792
`;
