import * as vscode from 'vscode';
import { activeModel } from '../editor/active.js';
import { modelKey, type Models } from '../models/models.js';

/** Keys that tell menus and the palette how the running of the active model and the finding of a plan for it stand. */
const RUNNING = 'precisionLens.running';
const RAN = 'precisionLens.ran';
const PLANNING = 'precisionLens.planning';

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
    const session = uri && models.peek(modelKey(uri));
    const run = session?.run;
    tell(RUNNING, run?.state.kind === 'running');
    tell(RAN, run?.figures !== undefined);
    tell(PLANNING, session?.plan.state.kind === 'planning');
  };
  const { tabGroups } = vscode.window;
  return vscode.Disposable.from(
    tabGroups.onDidChangeTabGroups(update),
    tabGroups.onDidChangeTabs(update),
    models.onDidChangeRun(update),
    models.onDidChangePlan(update),
  );
}
