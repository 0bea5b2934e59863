import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Writes all of `bytes` or nothing: to a file beside `uri` first, which then takes its place. */
export async function writeWhole(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const part = uri.with({ path: `${uri.path}.${randomBytes(4).toString('hex')}.part` });
  try {
    await vscode.workspace.fs.writeFile(part, bytes);
    await vscode.workspace.fs.rename(part, uri, { overwrite: true });
  } catch (error) {
    await vscode.workspace.fs.delete(part).then(undefined, () => undefined); // there is none where already the writing failed
    throw error;
  }
}
