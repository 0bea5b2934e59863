import * as vscode from 'vscode';
import { baseName } from '../models/modelFile.js';
import { quickPick } from './quickPick.js';

/** Files offered from the workspace: a longer list is searched faster in the dialog. */
const MAX_OFFERED = 200;

export interface FilePicking {
  /** Globs of what the workspace offers; none with braces in braces. */
  readonly patterns: readonly string[];
  readonly placeHolder: string;
  /** Of the dialog for files from elsewhere. */
  readonly openLabel: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly many: boolean;
  /** What is not offered. */
  readonly except?: vscode.Uri;
}

/** Lets the user choose among files of the workspace, or from anywhere. */
export async function pickFiles({ patterns, placeHolder, openLabel, filters, many, except }: FilePicking): Promise<readonly vscode.Uri[]> {
  const elsewhere: vscode.QuickPickItem = { label: vscode.l10n.t('Browse…'), alwaysShow: true };
  const find = (pattern: string) => vscode.workspace.findFiles(pattern, '**/node_modules/**', MAX_OFFERED);
  const listed = Promise.all(patterns.map(find)).then((lists) => {
    const found = [...new Map(lists.flat().map((uri) => [uri.toString(), uri])).values()];
    const items = found
      .filter((uri) => uri.toString() !== except?.toString())
      .map((uri) => ({ uri, path: vscode.workspace.asRelativePath(uri) }))
      .sort((a, b) => a.path.localeCompare(b.path))
      .map(({ uri, path }) => ({ uri, label: baseName(uri), description: path.slice(0, Math.max(0, path.lastIndexOf('/'))) }));
    return [...items, elsewhere];
  });
  const chosen = await quickPick<vscode.QuickPickItem & { readonly uri?: vscode.Uri }>(listed, {
    placeHolder,
    matchOnDescription: true,
  });
  if (!chosen) return [];
  if (chosen.uri) return [chosen.uri];
  const all = { [vscode.l10n.t('All files')]: ['*'] };
  const kinds = Object.fromEntries(Object.entries(filters).map(([name, extensions]) => [name, [...extensions]]));
  return (await vscode.window.showOpenDialog({ canSelectMany: many, openLabel, filters: { ...kinds, ...all } })) ?? [];
}
