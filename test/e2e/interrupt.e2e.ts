import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import type { Plan } from '../../src/report/plan.js';

const { root } = inject('window');
const samples = path.join(root, 'samples');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'interrupt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files below a folder. */
const files = (of: string): string[] =>
  readdirSync(of, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

/** The command line at work on a plan that takes a while. */
function plan() {
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'dist/cli.js'),
      'plan',
      path.join(samples, 'resnet-fashion/resnet20-fashion.onnx'),
      ...['--budget', 'bits=4.5', '--samples', '40'],
      ...['--inputs', path.join(samples, 'fashion/test-images.npz'), '--labels', path.join(samples, 'fashion/test-labels.npy')],
      ...['--cache', path.join(folder, 'cache'), '-o', path.join(folder, 'plan.json')],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  child.stdout.resume();
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, said: () => said };
}

it('plan that is interrupted leaves nothing half-written, and goes on where it was', async () => {
  const first = plan();
  // Once it keeps what it measured it is in the middle of its run.
  for (let kept = false; !kept; await new Promise((resolve) => setTimeout(resolve, 20)))
    kept = first.child.exitCode !== null || files(folder).length > 0;
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(130);
  expect(first.said()).toMatch(/cancelled; nothing was written, and the same command goes on where it was/);
  expect(readdirSync(folder)).toEqual(['cache']);
  const before = files(folder).length;
  expect(before).toBeGreaterThan(0);

  const second = plan();
  expect(await second.ended, second.said()).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['cache', 'plan.json']);
  const { measured, assignments } = JSON.parse(readFileSync(path.join(folder, 'plan.json'), 'utf8')) as Plan;
  expect(measured!.outputSqnrDb!).toBeGreaterThan(20);
  expect(assignments.length).toBe(22);
});
