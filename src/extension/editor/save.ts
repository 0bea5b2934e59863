import * as vscode from 'vscode';
import { writeWhole } from './writeWhole.js';

/** A file name of `name` that every system takes. */
export const safeName = (name: string): string =>
  // eslint-disable-next-line no-control-regex -- these are what file systems forbid
  name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_').replace(/^\.+|[. ]+$/g, '') || 'file';

const kinds: Readonly<Record<string, string>> = { png: 'PNG', svg: 'SVG', csv: 'CSV' };

/** Asks where to save a file called `name` that the page of `model` made, and saves it there. The dialog asks before it replaces a file. */
export async function saveFromPage(model: vscode.Uri, name: string, bytes: Uint8Array): Promise<void> {
  const proposed = safeName(name);
  const extension = /\.(\w+)$/.exec(proposed)?.[1] ?? '';
  const kind = kinds[extension];
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(model, '..', proposed),
    ...(kind ? { filters: { [kind]: [extension] } } : {}),
  });
  if (!uri) return;
  if (uri.toString() === model.toString()) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} is the model itself; choose another name.', proposed));
    return;
  }
  try {
    await writeWhole(uri, bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be saved: {1}', proposed, message));
  }
}
