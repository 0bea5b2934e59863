import * as vscode from 'vscode';
import { analyze, ANALYZE } from './commands/analyze.js';
import { registerExport } from './commands/export.js';
import { registerPlanCommands } from './commands/plan.js';
import { registerRunCommands } from './commands/run.js';
import { registerCompare } from './compare/panel.js';
import { registerEditor, type ModelEditor } from './editor/provider.js';
import { registerHover } from './hover/provider.js';
import { openModels, type Models } from './models/models.js';
import { choicesIn } from './run/choices.js';
import { runContext } from './run/context.js';
import { logRuns } from './run/log.js';
import { planner } from './run/planner.js';
import { runner } from './run/runner.js';

/** What `activate` hands out, for the tests inside the extension host: the models being looked at, by URI. */
export interface Api extends Pick<ModelEditor, 'documents' | 'openDocument'> {
  readonly models: Models;
}

let models: Models | undefined;

export function activate({ extensionUri, globalStorageUri, subscriptions, workspaceState }: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Precision Lens', { log: true });
  models = openModels(vscode.Uri.joinPath(extensionUri, 'dist', 'worker.js').fsPath, vscode.Uri.joinPath(globalStorageUri, 'runs').fsPath);
  const runs = runner(models, choicesIn(workspaceState));
  const plans = planner(models);
  const editor = registerEditor(extensionUri, models, runs, plans, log);
  subscriptions.push(
    log,
    runs,
    runContext(models),
    logRuns(models, log),
    vscode.commands.registerCommand(ANALYZE, analyze),
    registerRunCommands(models, runs),
    registerPlanCommands(models, plans),
    registerExport(editor, log),
    editor,
    registerCompare(extensionUri, log),
    registerHover(models, log),
  );
  return { models, documents: editor.documents, openDocument: editor.openDocument };
}

/** Ends every worker, so that none outlives the window. */
export const deactivate = (): Promise<void> | undefined => models?.dispose();
