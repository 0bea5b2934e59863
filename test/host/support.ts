import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension/extension.js';
import type { ModelSession } from '../../src/extension/models/session.js';

/** The extension under test, active. */
export const extension = (): Promise<Api> =>
  Promise.resolve(vscode.extensions.getExtension<Api>('precision-lens.precision-lens')!.activate());

/** The sample that comes with the checkout. */
export const lenet = (): Buffer => readFileSync(path.join(process.env.PRECISION_LENS_ROOT!, 'samples/lenet/lenet5-mnist.onnx'));

/** Layers of the sample that have weights. */
export const lenetLayers = 5;

export const inWorkspace = (name: string): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0].uri, name);

export async function write(name: string, content: Uint8Array | string): Promise<vscode.Uri> {
  const uri = inWorkspace(name);
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return uri;
}

/** Waits until `look` gives something, and gives it; fails with what was waited for. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain for ${what}`);
}

/** The session of the model at `uri`, while an editor or a hover uses it. */
export const sessionOf = ({ models }: Api, uri: vscode.Uri): ModelSession | undefined => new Map(models.entries()).get(uri.toString());

/** Waits for the page of `uri` to have asked for the analysis, and for its end. */
export const ended = (api: Api, uri: vscode.Uri): Promise<ModelSession> =>
  until(`the analysis of ${uri.path}`, () => {
    const session = sessionOf(api, uri);
    return session && ['done', 'failed'].includes(session.state.kind) ? session : undefined;
  });

export const closeAll = async (): Promise<void> => {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};

/** The tabs that show `uri` in the model editor. */
export const modelTabs = (uri: vscode.Uri): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputCustom && input.viewType === 'precisionLens.model' && input.uri.toString() === uri.toString(),
    );
