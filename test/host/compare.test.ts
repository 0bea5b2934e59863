import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, extension, lenet, until, write } from './support.js';

describe('comparing files', () => {
  before(extension);
  afterEach(closeAll);

  const panels = (): string[] =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('precisionLens.compare'))
      .map(({ label }) => label);
  const compare = (...args: unknown[]) => vscode.commands.executeCommand('precisionLens.compare', ...args);

  it('opens a panel that is named after the two of a selection', async () => {
    const uris = await Promise.all(['before.onnx', 'after.onnx'].map((name) => write(name, lenet())));
    await compare(uris[0], uris);
    assert.equal(await until('a panel', () => panels().at(0)), 'before.onnx ↔ after.onnx');
  });

  it('takes two addresses from a key binding, and tells files of one name apart by their folders', async () => {
    const uris = await Promise.all(['old/model.onnx', 'new/model.onnx'].map((name) => write(name, lenet())));
    await compare(...uris);
    assert.equal(await until('a panel', () => panels().at(0)), 'old/model.onnx ↔ new/model.onnx');
  });

  it('opens nothing when the choice of the second file is declined', async () => {
    const uri = await write('alone.onnx', lenet());
    const asked = compare(uri);
    await until('the list to be declined', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return Promise.race([asked.then(() => true), new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50))]);
    });
    assert.deepEqual(panels(), []);
  });
});
