import * as vscode from 'vscode';
import { activeModel, openModel } from '../editor/active.js';
import { modelKey, type Models } from '../models/models.js';
import { pickInputs } from '../run/pickInputs.js';
import type { Runner } from '../run/runner.js';

/** Tells why nothing runs, with the way out. */
async function refuse(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const choice = await vscode.window.showWarningMessage(vscode.l10n.t('Models are run only in workspaces that you trust.'), manage);
  if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}

/** Inputs that a key binding or another extension names. */
const isChoice = (value: unknown): value is { readonly inputs: string; readonly labels?: string } =>
  typeof value === 'object' &&
  value !== null &&
  'inputs' in value &&
  typeof value.inputs === 'string' &&
  (!('labels' in value) || typeof value.labels === 'string');

/** Registers what concerns the running of models; each command takes the model's URI, and without one the active model. */
export function registerRunCommands(models: Models, runner: Runner): vscode.Disposable {
  const register = (command: string, work: (uri: vscode.Uri, argument: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (given?: unknown, argument?: unknown) => {
      const uri = given instanceof vscode.Uri ? given : activeModel();
      if (uri) await work(uri, argument);
    });
  /** For commands that run the model: it is opened first, when it is not. */
  const registerRunning = (command: string, work: (uri: vscode.Uri, argument: unknown) => unknown): vscode.Disposable =>
    register(command, async (uri, argument) => {
      if (runner.blocked) return refuse();
      if (!models.peek(modelKey(uri))) await openModel(uri);
      await work(uri, argument);
    });
  return vscode.Disposable.from(
    registerRunning('precisionLens.useInputs', async (uri, named) => {
      const choice = isChoice(named) ? { labels: null, ...named } : await pickInputs(uri, runner.chosen(uri));
      if (choice) runner.start(uri, choice);
    }),
    registerRunning('precisionLens.runSynthetic', (uri) => runner.start(uri, { inputs: null, labels: null })),
    registerRunning('precisionLens.runAgain', (uri) => runner.start(uri, runner.chosen(uri) ?? { inputs: null, labels: null })),
    register('precisionLens.cancelRun', (uri) => models.peek(modelKey(uri))?.run.cancel()),
    register('precisionLens.backToWeights', (uri) => runner.backToWeights(uri)),
  );
}
