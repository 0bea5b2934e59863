import * as vscode from 'vscode';
import { openModel } from '../editor/active.js';
import { isModelPath, modelExtensions } from '../models/files.js';
import { pickFiles } from './pickFiles.js';

export const ANALYZE = 'precisionLens.analyze';

/** Editors opened at once from a selection in the explorer. */
const MAX_OPENED = 10;

export const activeResource = (): vscode.Uri | undefined => {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : vscode.window.activeTextEditor?.document.uri;
};

/** Lets the user choose among the workspace's models, or from anywhere. */
const pick = (): Promise<readonly vscode.Uri[]> =>
  pickFiles({
    patterns: [`**/*.{${modelExtensions.join(',')}}`],
    placeHolder: vscode.l10n.t('Choose a model to analyze'),
    openLabel: vscode.l10n.t('Analyze'),
    filters: { [vscode.l10n.t('Models')]: modelExtensions },
    many: true,
  });

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
