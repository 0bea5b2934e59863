import * as vscode from 'vscode';
import { activeModel } from '../editor/active.js';
import { modelKey, type Models } from '../models/models.js';

/** Keys that tell menus and the palette how the running of the active model stands. */
const RUNNING = 'precisionLens.running';
const RAN = 'precisionLens.ran';

/** Keeps them so. */
export function runContext(models: Models): vscode.Disposable {
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean): void => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    const uri = activeModel();
    const run = uri && models.peek(modelKey(uri))?.run;
    tell(RUNNING, run?.state.kind === 'running');
    tell(RAN, run?.figures !== undefined);
  };
  const { tabGroups } = vscode.window;
  return vscode.Disposable.from(tabGroups.onDidChangeTabGroups(update), tabGroups.onDidChangeTabs(update), models.onDidChangeRun(update));
}
