import * as vscode from 'vscode';
import { modelKey, targetSqnr } from '../models/models.js';

/** Writers come in bursts: a large file is written in pieces, a careful one by a temporary file and a rename. */
const QUIET_MS = 300;

/**
 * Tells when what is to be shown of `uri` may have changed: the file was written, replaced or deleted, or the target of the advice was set anew.
 * @param beside told of every other file in its folder that was written or deleted
 */
export function onModelChange(uri: vscode.Uri, changed: () => void, beside: (file: vscode.Uri) => void): vscode.Disposable {
  const key = modelKey(uri);
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
  };
  const touched = (file: vscode.Uri) => {
    if (modelKey(file) === key) soon();
    else beside(file);
  };
  // The folder, not the file: a watch on a file ends when the file is replaced, and a name may hold glob characters.
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'));
  let target = targetSqnr(uri);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(touched),
    watcher.onDidCreate(touched),
    watcher.onDidDelete(touched),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('precisionLens.targetSqnr', uri) || targetSqnr(uri) === target) return;
      target = targetSqnr(uri);
      soon();
    }),
    { dispose: () => clearTimeout(timer) },
  );
}
