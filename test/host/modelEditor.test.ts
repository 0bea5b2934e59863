import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension/extension.js';
import { MemoryFiles } from './memoryFiles.js';
import { closeAll, ended, extension, lenet, lenetLayers, modelTabs, sessionOf, until, write } from './support.js';

describe('in the extension host', () => {
  let api: Api;
  before(async () => {
    api = await extension();
  });
  afterEach(closeAll);

  const analyze = (...args: unknown[]) => vscode.commands.executeCommand('precisionLens.analyze', ...args);

  describe('Analyze Model', () => {
    it('opens the editor, whose page gets advice for every layer', async () => {
      const uri = await write('lenet.onnx', lenet());
      await analyze(uri);
      const { report } = await ended(api, uri);
      assert.equal(modelTabs(uri).length, 1);
      assert.equal(report!.layers.length, lenetLayers);
      for (const { name, advice } of report!.layers) assert.ok(advice, name);
    });

    it('opens the address that a hover links to', async () => {
      const uri = await write('linked (1).onnx', lenet());
      await analyze(uri.toString());
      assert.equal((await ended(api, uri)).state.kind, 'done');
    });

    it('opens all models of a selection', async () => {
      const uris = await Promise.all(['one.onnx', 'two.onnx'].map((name) => write(name, lenet())));
      await analyze(uris[0], uris);
      for (const uri of uris)
        assert.equal((await until(`a tab of ${uri.path}`, () => modelTabs(uri).at(0))).label, uri.path.split('/').at(-1));
    });

    it('takes the model of the active editor when it is told none', async () => {
      const uri = await write('active.onnx', 'no model, but open as text');
      await vscode.window.showTextDocument(uri);
      await analyze();
      await until('the model editor', () => modelTabs(uri).at(0));
    });

    it('opens a file of another kind when it is told to, and says what it is not', async () => {
      const uri = await write('notes.txt', 'This is no model.\n');
      await analyze(uri);
      const { state } = await ended(api, uri);
      assert.equal(state.kind, 'failed');
    });
  });

  describe('a file that is no model', () => {
    const whole = lenet();
    const noise = Uint8Array.from({ length: 4096 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);
    const broken: readonly (readonly [string, Uint8Array | string])[] = [
      ['empty', new Uint8Array()],
      ['noise', noise],
      ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 253792\n'],
      ...Array.from(
        { length: 9 },
        (_, i) => [`truncated at ${i + 1} tenths`, whole.subarray(0, Math.floor((whole.length * (i + 1)) / 10))] as const,
      ),
    ];
    for (const [name, content] of broken) {
      it(`is refused in one line, and the host lives on (${name})`, async () => {
        const uri = await write(`${name}.onnx`, content);
        await analyze(uri);
        const { state } = await ended(api, uri);
        assert.equal(state.kind, 'failed');
        assert.match(state.error.message, /^[^\n]+$/);
        assert.equal(state.error.name, 'ModelError', state.error.message);
      });
    }

    it('does not keep a model from opening after it', async () => {
      const [bad, good] = [await write('bad.onnx', noise), await write('good.onnx', whole)];
      await analyze(bad);
      await ended(api, bad);
      await analyze(good);
      assert.equal((await ended(api, good)).state.kind, 'done');
    });
  });

  describe('editors of one model', () => {
    it('share its worker', async () => {
      const uri = await write('shared.onnx', lenet());
      await analyze(uri);
      const { worker } = await ended(api, uri);
      const thread = worker.thread;
      assert.ok(thread);
      await vscode.commands.executeCommand('vscode.openWith', uri, 'precisionLens.model', vscode.ViewColumn.Beside);
      await until('a second editor', () => (modelTabs(uri).length === 2 ? true : undefined));
      assert.equal(sessionOf(api, uri)!.worker.thread, thread);
    });

    it('leave no worker behind', async () => {
      const uri = await write('closed.onnx', lenet());
      await analyze(uri);
      const { thread } = (await ended(api, uri)).worker;
      const exit = new Promise((resolve) => thread!.once('exit', resolve));
      await closeAll();
      await exit;
      assert.equal(sessionOf(api, uri), undefined);
    });
  });

  describe('a worker that dies', () => {
    it('is replaced when the page asks for more', async () => {
      const uri = await write('mortal.onnx', lenet());
      await analyze(uri);
      const session = await ended(api, uri);
      await session.worker.thread!.terminate();
      const { counts } = await session.histogram(0, 16);
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        session.report!.layers[0].parameters,
      );
    });

    it('is replaced when the model is opened again', async () => {
      const uri = await write('reborn.onnx', lenet());
      await analyze(uri);
      const { worker } = await ended(api, uri);
      const first = worker.thread!;
      await first.terminate();
      await closeAll();
      await until('the end of the session', () => (sessionOf(api, uri) ? undefined : true));
      await analyze(uri);
      const session = await ended(api, uri);
      assert.equal(session.state.kind, 'done');
      assert.notEqual(session.worker.thread, first);
    });
  });

  describe('a model that changes on disk', () => {
    it('is analyzed anew', async () => {
      const uri = await write('changing.onnx', 'not yet a model');
      await analyze(uri);
      assert.equal((await ended(api, uri)).state.kind, 'failed');
      await write('changing.onnx', lenet());
      await until('an analysis of the new content', () => (sessionOf(api, uri)?.state.kind === 'done' ? true : undefined));
    });

    it('is said to be gone when it is deleted, and comes back with its file', async () => {
      const uri = await write('fleeting.onnx', lenet());
      await analyze(uri);
      const session = await ended(api, uri);
      await vscode.workspace.fs.delete(uri);
      const state = await until('word of it', () => (session.state.kind === 'failed' ? session.state : undefined));
      assert.match(state.error.message, /fleeting\.onnx: there is no such file/);
      await write('fleeting.onnx', lenet());
      await until('its return', () => (session.state.kind === 'done' ? true : undefined));
    });
  });

  describe('a new target', () => {
    it('makes new advice of the model that is open', async () => {
      const uri = await write('target.onnx', lenet());
      await analyze(uri);
      const old = (await ended(api, uri)).report!.layers.map(({ advice }) => advice!.bits);
      const settings = vscode.workspace.getConfiguration('precisionLens');
      await settings.update('targetSqnr', 35, vscode.ConfigurationTarget.Global);
      try {
        const fresh = await until('other advice', () => {
          const session = sessionOf(api, uri)!;
          const bits = session.state.kind === 'done' ? session.report!.layers.map(({ advice }) => advice!.bits) : old;
          return bits.some((width, i) => width !== old[i]) ? bits : undefined;
        });
        fresh.forEach((width, i) => assert.ok(width >= old[i]));
      } finally {
        await settings.update('targetSqnr', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });

  describe('a model that is not on disk', () => {
    const files = new MemoryFiles();
    const uri = vscode.Uri.parse('memory:/lenet.onnx');
    let registered: vscode.Disposable;
    before(() => {
      registered = vscode.workspace.registerFileSystemProvider('memory', files);
    });
    after(() => {
      registered.dispose();
    });

    it('is read through its provider, and anew when the provider tells of a change', async () => {
      files.writeFile(uri, new TextEncoder().encode('This is no model.'));
      await analyze(uri);
      assert.equal((await ended(api, uri)).state.kind, 'failed');
      files.writeFile(uri, lenet());
      const { report } = await until('the analysis of what was written', () => {
        const session = sessionOf(api, uri)!;
        return session.state.kind === 'done' ? session : undefined;
      });
      assert.equal(report!.model.parameters, 61_706);
    });
  });
});
