import * as vscode from 'vscode';

/**
 * Lets the user choose one of `items`. The list stays until something is chosen or Escape is pressed: VS Code gives a webview its focus back
 * some time after a list before this one has gone, which would close a list that goes with the loss of focus before anybody has read it.
 */
export async function quickPick<T extends vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: Omit<vscode.QuickPickOptions, 'canPickMany' | 'ignoreFocusOut'>,
): Promise<T | undefined> {
  return vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
}
