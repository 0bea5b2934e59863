import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension/extension.js';
import type { ModelSession } from '../../src/extension/models/session.js';
import type { Plan } from '../../src/report/plan.js';
import { unpackPlan } from '../../src/rpc/packedPlan.js';
import { closeAll, commandLine, extension, lenet, opened, ran, run, sample, until, withSettings, write } from './support.js';

describe('finding a plan', () => {
  let api: Api;
  before(async () => {
    api = await extension();
  });
  afterEach(closeAll);

  const open = (uri: vscode.Uri) => opened(api, uri);
  const settled = ({ plan }: ModelSession, kind: ModelSession['plan']['state']['kind']) =>
    until(`a plan that is ${kind}`, () => {
      const { state } = plan;
      if (state.kind === 'failed' && kind !== 'failed') assert.fail(state.error);
      return state.kind === kind ? state : undefined;
    });
  const found = ({ plan }: ModelSession): Plan => unpackPlan(plan.found!.plan);
  const planned = (file: vscode.Uri, ...flags: readonly string[]) => commandLine('plan', file.fsPath, ...flags, '-o', '-') as Plan;

  it('from the weights alone gives the plan of the command line, for what the settings say', async () => {
    const uri = await write('planned.onnx', lenet());
    const session = await open(uri);
    await withSettings({ 'plan.runtime': 'onnxruntime', 'plan.hardware': 'mcu' }, async () => {
      await run('findPlan', uri, { budget: 'bits=5' });
      await settled(session, 'done');
    });
    assert.deepEqual(
      JSON.parse(JSON.stringify(found(session))),
      planned(uri, '--budget', 'bits=5', '--runtime', 'onnxruntime', '--profile', 'mcu'),
    );
  });

  it('after a run gives that of its inputs, and makes the one before stale', async () => {
    const uri = await write('planned-run.onnx', lenet());
    const images = await write('planned.npz', sample('lenet/test-images.npz'));
    const session = await open(uri);
    await run('findPlan', uri, { budget: 'bits=5' });
    await settled(session, 'done');
    await run('useInputs', uri, { inputs: images.fsPath });
    await ran(session, 'done');
    assert.equal(session.plan.found!.stale, 'run');
    await run('findPlan', uri, { budget: 'energy=10uJ' });
    await settled(session, 'done');
    assert.equal(session.plan.found!.stale, null);
    assert.deepEqual(JSON.parse(JSON.stringify(found(session))), planned(uri, '--budget', 'energy=10uJ', '--inputs', images.fsPath));
  });

  it('of a budget that nothing keeps, or that is none, says so in one line', async () => {
    const uri = await write('tight.onnx', lenet());
    const session = await open(uri);
    await run('findPlan', uri, { budget: 'size=10B' });
    const state = await settled(session, 'failed');
    assert(state.kind === 'failed');
    assert.match(state.error.message, /^no plan keeps size=10B; [^\n]+$/);
    assert.match(state.nearest!, /^size=\d+$/);
    await run('findPlan', uri, { budget: 'little' });
    await until('the other error', () => (session.plan.state.kind === 'failed' && session.plan.state.nearest === null ? true : undefined));
  });

  it('survives its worker', async () => {
    const uri = await write('killed.onnx', sample('mobilenet-fashion/mobilenetv2-fashion.onnx'));
    const session = await open(uri);
    await run('findPlan', uri, { budget: 'bits=5' });
    await until('the worker', () => (session.plan.state.kind === 'planning' && session.plan.state.progress ? true : undefined));
    await session.worker.thread!.terminate();
    const state = await settled(session, 'failed');
    assert(state.kind === 'failed');
    assert.match(state.error.message, /^the analysis stopped unexpectedly[^\n]+$/);
    await run('findPlan', uri, { budget: 'bits=5' });
    await settled(session, 'done');
  });

  it('is cancelled, and keeps the plan that was there', async () => {
    const uri = await write('cancelled-plan.onnx', sample('mobilenet-fashion/mobilenetv2-fashion.onnx'));
    const session = await open(uri);
    await run('findPlan', uri, { budget: 'bits=5' });
    await settled(session, 'done');
    await run('findPlan', uri, { budget: 'bits=6' });
    await until('the search', () => (session.plan.state.kind === 'planning' ? true : undefined));
    await run('cancelPlan', uri);
    assert.equal(session.plan.state.kind, 'cancelled');
    assert.equal(session.plan.found!.plan.budget, 'bits=5');
  });
});
