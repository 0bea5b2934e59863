import * as vscode from 'vscode';

export const VIEW_TYPE = 'precisionLens.model';

/** The model whose editor is the active tab. */
export function activeModel(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === VIEW_TYPE ? input.uri : undefined;
}

export const openModel = (uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Thenable<unknown> =>
  vscode.commands.executeCommand('vscode.openWith', uri, VIEW_TYPE, options);
