import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './support.js';

interface Binding {
  readonly key: string;
  readonly command: string;
}

/** Keys as they are written down, whatever the order of their modifiers. */
const spelled = (key: string): string =>
  key
    .split(' ')
    .map((stroke) => stroke.split('+').sort().join('+'))
    .join(' ');

/** Where a key of the extension does in its editor what VS Code's own does elsewhere. */
const meant: Readonly<Record<string, string>> = { 'precisionLens.savePlanAs': 'workbench.action.files.saveAs' };

describe('key bindings', () => {
  it('take no key that VS Code binds itself', async () => {
    await extension();
    const text = (await vscode.workspace.openTextDocument(vscode.Uri.parse('vscode://defaultsettings/keybindings.json'))).getText();
    const defaults = [...text.matchAll(/"key": "([^"]+)",\s*"command": "([^"]+)"/g)].map(([, key, command]): Binding => ({ key, command }));
    const own = defaults.filter(({ command }) => command.startsWith('precisionLens.'));
    const others = defaults.filter(({ command }) => !command.startsWith('precisionLens.'));
    assert.ok(others.length > 200, `${others.length} bindings`);
    assert.ok(own.length >= 4, `${own.length} of ours`);
    for (const { key, command } of own) {
      const clashes = others.filter((other) => spelled(other.key) === spelled(key) && other.command !== meant[command]);
      assert.deepEqual(clashes, [], `${key} of ${command}`);
    }
  });
});
