import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, lenet, modelTabs, until, write } from './support.js';

// The files run in the order of their names: this one is the first.
describe('the extension', () => {
  const found = vscode.extensions.getExtension('precision-lens.precision-lens')!;

  it('wakes when a model is opened, in its own editor', async () => {
    const uri = await write('first.onnx', lenet());
    await vscode.commands.executeCommand('vscode.open', uri);
    await until('the editor', () => modelTabs(uri).at(0));
    await until('activation', () => found.isActive || undefined);
    await closeAll();
  });

  it('registers every command of its manifest', async () => {
    const { contributes } = found.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = await vscode.commands.getCommands(true);
    for (const { command } of contributes.commands) assert.ok(registered.includes(command), command);
  });
});
