import * as vscode from 'vscode';
import { openModel } from '../editor/active.js';
import { isModelPath, modelExtensions } from '../models/files.js';
import { baseName } from '../models/modelFile.js';

export const ANALYZE = 'precisionLens.analyze';

/** Editors opened at once from a selection in the explorer. */
const MAX_OPENED = 10;
/** Files offered from the workspace: a longer list is searched faster in the dialog. */
const MAX_OFFERED = 200;

const activeResource = (): vscode.Uri | undefined => {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : vscode.window.activeTextEditor?.document.uri;
};

const browse = (): Thenable<vscode.Uri[] | undefined> =>
  vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t('Analyze'),
    filters: { [vscode.l10n.t('Models')]: [...modelExtensions], [vscode.l10n.t('All files')]: ['*'] },
  });

/** Lets the user choose among the workspace's models, or from anywhere. */
async function pick(): Promise<readonly vscode.Uri[]> {
  const elsewhere: vscode.QuickPickItem = { label: vscode.l10n.t('Browse…'), alwaysShow: true };
  const listed = vscode.workspace.findFiles(`**/*.{${modelExtensions.join(',')}}`, '**/node_modules/**', MAX_OFFERED).then((found) => {
    const items = found
      .map((uri) => ({ uri, path: vscode.workspace.asRelativePath(uri) }))
      .sort((a, b) => a.path.localeCompare(b.path))
      .map(({ uri, path }) => ({ uri, label: baseName(uri), description: path.slice(0, Math.max(0, path.lastIndexOf('/'))) }));
    return [...items, elsewhere];
  });
  const chosen = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly uri?: vscode.Uri }>(listed, {
    placeHolder: vscode.l10n.t('Choose a model to analyze'),
    matchOnDescription: true,
  });
  if (!chosen) return [];
  return chosen.uri ? [chosen.uri] : ((await browse()) ?? []);
}

/** Menus give the clicked resource and the whole selection, whatever is in it; a link in a hover gives the resource as text. */
async function chooseModels(clicked: unknown, selected: unknown): Promise<readonly vscode.Uri[]> {
  const models = Array.isArray(selected) ? selected.filter((one) => one instanceof vscode.Uri && isModelPath(one.path)) : [];
  if (models.length > 0) return models as vscode.Uri[];
  if (clicked instanceof vscode.Uri) return [clicked];
  if (typeof clicked === 'string') return [vscode.Uri.parse(clicked, true)];
  const active = activeResource();
  return active && isModelPath(active.path) ? [active] : pick();
}

/** `Precision Lens: Analyze Model…` */
export async function analyze(clicked?: unknown, selected?: unknown): Promise<void> {
  const models = await chooseModels(clicked, selected);
  if (models.length > MAX_OPENED) {
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} models are selected; the first {1} are opened.', models.length, MAX_OPENED));
  }
  const opened = models.slice(0, MAX_OPENED);
  for (const uri of opened) {
    await openModel(uri, { preview: opened.length === 1 });
  }
}
