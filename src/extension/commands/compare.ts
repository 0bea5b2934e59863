import * as vscode from 'vscode';
import { isModelPath, modelExtensions } from '../models/files.js';
import { activeResource } from './analyze.js';
import { pickFiles } from './pickFiles.js';

export const COMPARE = 'precisionLens.compare';

/** Reports and plans are JSON. */
const isComparable = (uri: vscode.Uri): boolean => isModelPath(uri.path) || /\.json$/iu.test(uri.path);

const pick = async (placeHolder: string, except?: vscode.Uri): Promise<vscode.Uri | undefined> => {
  const [chosen] = await pickFiles({
    patterns: [`**/*.{${modelExtensions.join(',')}}`, '**/*report*.json', '**/*.precision.json'],
    placeHolder,
    openLabel: vscode.l10n.t('Compare'),
    filters: { [vscode.l10n.t('Models, reports and plans')]: [...modelExtensions, 'json'] },
    many: false,
    ...(except ? { except } : {}),
  });
  return chosen;
};

const name = (uri: vscode.Uri): string => vscode.workspace.asRelativePath(uri);

/** Menus give the clicked resource and the whole selection: two of it are compared at once. A key binding or another extension may name both. */
export async function chooseCompared(clicked: unknown, selected: unknown): Promise<readonly [vscode.Uri, vscode.Uri] | undefined> {
  const given = (Array.isArray(selected) ? selected : [clicked, selected]).filter((one): one is vscode.Uri => one instanceof vscode.Uri);
  const comparable = given.filter(isComparable);
  if (comparable.length === 2) return [comparable[0], comparable[1]];
  const active = activeResource();
  const first =
    (clicked instanceof vscode.Uri ? clicked : undefined) ??
    (active && isComparable(active) ? active : undefined) ??
    (await pick(vscode.l10n.t('Choose a model, report or plan to compare')));
  if (!first) return undefined;
  const second = await pick(vscode.l10n.t('Choose what {0} is compared with', name(first)), first);
  return second && [first, second];
}
