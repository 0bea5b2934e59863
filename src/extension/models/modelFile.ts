import * as vscode from 'vscode';
import type { ModelFile } from './session.js';

/** Above this, a file that only its provider can read would not fit into one array. */
const MAX_PROVIDER_BYTES = 2 ** 31 - 1;

/** What went wrong with the file, in a line for the user. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Last part of the path of `uri`. */
export const baseName = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

const asLine = (uri: vscode.Uri, error: unknown): FileError => {
  const file = baseName(uri);
  const { code, message } = error instanceof Error ? (error as Error & { readonly code?: string }) : { code: '', message: String(error) };
  if (code === 'FileNotFound') return new FileError(vscode.l10n.t('{0}: there is no such file; it was moved or deleted', file));
  if (code === 'NoPermissions') return new FileError(vscode.l10n.t('{0}: the file may not be read; check its permissions', file));
  return new FileError(`${file}: ${message.split('\n', 1)[0]}`);
};

/** The file at `uri`: read by the worker itself where it is on disk, through its file system provider elsewhere. */
export function modelFile(uri: vscode.Uri): ModelFile {
  const stat = async () => {
    const found = await vscode.workspace.fs.stat(uri).then(undefined, (error: unknown) => Promise.reject(asLine(uri, error)));
    if (found.type & vscode.FileType.Directory)
      throw new FileError(vscode.l10n.t('{0}: this is a folder, not a model file', baseName(uri)));
    return found;
  };
  return {
    async stamp() {
      const { mtime, size } = await stat();
      return `${mtime} ${size}`;
    },
    async locate() {
      if (uri.scheme === 'file') return { path: uri.fsPath };
      const { size } = await stat();
      if (size > MAX_PROVIDER_BYTES) {
        throw new FileError(vscode.l10n.t('{0}: files over 2 GB can only be read from disk; copy it to disk first', baseName(uri)));
      }
      const bytes = await vscode.workspace.fs.readFile(uri).then(undefined, (error: unknown) => Promise.reject(asLine(uri, error)));
      return { name: baseName(uri), bytes };
    },
  };
}
