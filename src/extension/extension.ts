import * as vscode from 'vscode';
import { analyze, ANALYZE } from './commands/analyze.js';
import { registerEditor } from './editor/provider.js';
import { registerHover } from './hover/provider.js';
import { openModels, type Models } from './models/models.js';

/** What `activate` hands out, for the tests inside the extension host: the models being looked at, by URI. */
export interface Api {
  readonly models: Models;
}

let models: Models | undefined;

export function activate({ extensionUri, subscriptions }: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Precision Lens', { log: true });
  models = openModels(vscode.Uri.joinPath(extensionUri, 'dist', 'worker.js').fsPath);
  subscriptions.push(
    log,
    vscode.commands.registerCommand(ANALYZE, analyze),
    registerEditor(extensionUri, models, log),
    registerHover(models, log),
  );
  return { models };
}

/** Ends every worker, so that none outlives the window. */
export const deactivate = (): Promise<void> | undefined => models?.dispose();
