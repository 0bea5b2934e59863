import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension/extension.js';
import type { ModelSession } from '../../src/extension/models/session.js';
import type { Report } from '../../src/report/types.js';
import { MemoryFiles } from './memoryFiles.js';
import {
  closeAll,
  commandLine,
  enginePids,
  extension,
  killEngines,
  lenet,
  opened,
  ran,
  run,
  sample,
  sessionOf,
  until,
  withSettings,
  write,
} from './support.js';

let runs = 0;
/** So much work that a test is done with it long before it ends by itself, and on other samples each time: nothing of it is known from before. */
const endless = () => ({ 'run.exhaustive': true, 'run.samples': 500 - runs++ });

describe('running a model', () => {
  let api: Api;
  before(async () => {
    api = await extension();
  });
  afterEach(closeAll);

  const open = (uri: vscode.Uri) => opened(api, uri);
  const noEngines = () => until('the end of all engines', () => (enginePids().length === 0 ? true : undefined));
  /** Starts a run that does not end by itself, and waits until it has found something. */
  const endlessRun = async (name: string): Promise<{ session: ModelSession; uri: vscode.Uri }> => {
    const uri = await write(name, sample('mobilenet-fashion/mobilenetv2-fashion.onnx'));
    const images = await write('fashion.npz', sample('fashion/test-images.npz'));
    const session = await open(uri);
    await run('useInputs', uri, { inputs: images.fsPath });
    await until('effects of a layer', () => {
      const { state, figures } = session.run;
      assert.equal(state.kind, 'running', JSON.stringify(state));
      return [...(figures?.layers.values() ?? [])].some(({ sensitivity }) => sensitivity.length > 0) ? true : undefined;
    });
    return { session, uri };
  };

  it('on inputs with labels gives the report of the command line', async () => {
    const [uri, images, labels] = await Promise.all([
      write('lenet.onnx', lenet()),
      write('images.npz', sample('lenet/test-images.npz')),
      write('labels.npy', sample('lenet/test-labels.npy')),
    ]);
    const session = await open(uri);
    await run('useInputs', uri, { inputs: images.fsPath, labels: labels.fsPath });
    await ran(session, 'done');
    const given = ['--inputs', images.fsPath, '--labels', labels.fsPath, '--target', 'weights,activations'];
    const flags = [...given, '--together', 'int8/channel/mse,uint8/tensor/minmax', '--json', '-'];
    const expected = commandLine('analyze', uri.fsPath, ...flags) as Report;
    const report = session.report!;
    assert.equal(report.evidence, 'data');
    assert.deepEqual(report.run, expected.run);
    assert.deepEqual(
      report.layers.map(({ sensitivity, activationStats, findings, advice }) => ({ sensitivity, activationStats, findings, advice })),
      expected.layers.map(({ sensitivity, activationStats, findings, advice }) => ({ sensitivity, activationStats, findings, advice })),
    );
  });

  it('needs no inputs, and opens a model that is not open', async () => {
    const uri = await write('synthetic.onnx', lenet());
    await run('runSynthetic', uri);
    const session = await until('the session', () => sessionOf(api, uri));
    await ran(session, 'done');
    assert.equal(session.report!.evidence, 'synthetic');
    await noEngines();
  });

  it('is told of by hovers too', async () => {
    const uri = await write('hovered.onnx', lenet());
    const text = `model = 'hovered.onnx'\n`;
    const document = await vscode.workspace.openTextDocument(await write('hovered.py', text));
    await run('runSynthetic', uri);
    await ran(await until('the session', () => sessionOf(api, uri)), 'done');
    const position = document.positionAt(text.indexOf('onnx'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
    const shown = hovers.flatMap(({ contents }) => (contents as vscode.MarkdownString[]).map(({ value }) => value)).join();
    assert.match(shown, /Most sensitive layers \(from generated inputs\):\n\n- .*: \d bits, at the outputs [\d.]+ dB/);
  });

  it('goes back to the weights', async () => {
    const uri = await write('back.onnx', lenet());
    await run('runSynthetic', uri);
    const session = await until('the session', () => sessionOf(api, uri));
    await ran(session, 'done');
    await run('backToWeights', uri);
    assert.equal(session.report!.evidence, 'weights');
    assert.equal(session.run.figures, undefined);
  });

  it('happens by itself where the settings ask for it', async () => {
    await withSettings({ 'run.automatically': true, 'run.samples': 3 }, async () => {
      const session = await open(await write('automatic.onnx', lenet()));
      await ran(session, 'done');
      assert.equal(session.report!.samples, 3);
    });
  });

  it('is not for inputs that do not fit: one line says why, and which', async () => {
    const uri = await write('misfit.onnx', lenet());
    const labels = await write('labels.npy', sample('lenet/test-labels.npy'));
    const session = await open(uri);
    await run('useInputs', uri, { inputs: labels.fsPath });
    await ran(session, 'failed');
    const { state } = session.run;
    assert.ok(state.kind === 'failed');
    assert.match(state.error.message, /^[^\n]*image[^\n]*$/);
  });

  it('stops when it is cancelled, keeps what it found, and leaves no process behind', async () => {
    await withSettings(endless(), async () => {
      const { session, uri } = await endlessRun('cancelled.onnx');
      const found = session.run.figures;
      await run('cancelRun', uri);
      assert.equal(session.run.state.kind, 'cancelled');
      assert.equal(session.run.figures, found);
      assert.equal(session.report!.evidence, 'weights');
      await noEngines();
      assert.ok(session.worker.thread, 'the worker need not be ended for it');
    });
  });

  it('ends when its editor is closed', async () => {
    await withSettings(endless(), async () => {
      const { uri } = await endlessRun('closed-while-running.onnx');
      await closeAll();
      await until('the end of the session', () => (sessionOf(api, uri) ? undefined : true));
      await noEngines();
    });
  });

  it('goes on when one of its engines is killed', async () => {
    await withSettings(endless(), async () => {
      const { session, uri } = await endlessRun('bereft.onnx');
      const [pid] = enginePids();
      process.kill(pid, 'SIGKILL');
      await until('another engine', () => {
        const { state } = session.run;
        assert.equal(state.kind, 'running', state.kind === 'failed' ? state.error.message : '');
        const pids = enginePids();
        return pids.length > 0 && !pids.includes(pid) ? true : undefined;
      });
      await run('cancelRun', uri);
    });
  });

  it('says in one line that its engines die again and again, keeps what it found, and runs when asked again', async () => {
    const { session, uri } = await withSettings(endless(), async () => {
      const begun = await endlessRun('doomed.onnx');
      await until('the end of the run', () => {
        killEngines();
        return begun.session.run.state.kind === 'failed' ? true : undefined;
      });
      return begun;
    });
    const { state, figures } = session.run;
    assert.ok(state.kind === 'failed');
    assert.match(state.error.message, /^[^\n]+$/);
    assert.ok(figures!.layers.size > 0);
    await withSettings({ 'run.samples': 2 }, async () => {
      await run('runAgain', uri);
      await ran(session, 'done');
    });
  });

  it('outlives the death of its worker: one line says so, and it runs when asked again', async () => {
    const { session, uri } = await withSettings(endless(), async () => {
      const begun = await endlessRun('orphaned.onnx');
      await begun.session.worker.thread!.terminate();
      await ran(begun.session, 'failed');
      return begun;
    });
    const { state, figures } = session.run;
    assert.ok(state.kind === 'failed');
    assert.match(state.error.message, /^[^\n]+$/);
    assert.ok(figures!.layers.size > 0);
    await noEngines();
    await withSettings({ 'run.samples': 2 }, async () => {
      await run('runAgain', uri);
      await ran(session, 'done');
    });
  });

  it('is forgotten when the file changes', async () => {
    const uri = await write('rewritten.onnx', lenet());
    await run('runSynthetic', uri);
    const session = await until('the session', () => sessionOf(api, uri));
    await ran(session, 'done');
    await write('rewritten.onnx', sample('mobilenet-fashion/mobilenetv2-fashion.onnx'));
    await ran(session, 'idle');
    assert.equal(session.run.figures, undefined);
  });

  describe('that is not on disk', () => {
    const files = new MemoryFiles();
    let registered: vscode.Disposable;
    before(() => {
      registered = vscode.workspace.registerFileSystemProvider('unreal', files);
    });
    after(() => {
      registered.dispose();
    });

    it('works from its bytes', async () => {
      const uri = vscode.Uri.parse('unreal:/lenet.onnx');
      files.writeFile(uri, lenet());
      await run('runSynthetic', uri);
      const session = await until('the session', () => sessionOf(api, uri));
      await ran(session, 'done');
      assert.equal(session.report!.evidence, 'synthetic');
    });
  });
});
