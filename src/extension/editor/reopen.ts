import * as vscode from 'vscode';

const hexEditor = { extension: 'ms-vscode.hexeditor', viewType: 'hexEditor.hexedit' };

const openWith = (uri: vscode.Uri, viewType: string) => vscode.commands.executeCommand('vscode.openWith', uri, viewType);

/** Opens the file at `uri` with another editor: the way out when it is no model. */
export async function reopenAs(uri: vscode.Uri, as: 'text' | 'binary'): Promise<void> {
  if (as === 'text') {
    await openWith(uri, 'default');
    return;
  }
  if (vscode.extensions.getExtension(hexEditor.extension)) {
    await openWith(uri, hexEditor.viewType);
    return;
  }
  const find = vscode.l10n.t('Find Extension');
  const text = vscode.l10n.t('Open as Text');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('To see the bytes of a file, install the extension “Hex Editor” ({0}).', hexEditor.extension),
    find,
    text,
  );
  if (choice === find) await vscode.commands.executeCommand('workbench.extensions.search', `@id:${hexEditor.extension}`);
  if (choice === text) await openWith(uri, 'default');
}
