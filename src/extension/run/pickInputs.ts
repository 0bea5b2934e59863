import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { quickPick } from '../commands/quickPick.js';
import type { InputsChoice } from './choices.js';

/** Kinds of files that hold inputs, and that hold labels. */
const inputFiles = ['npz', 'npy', 'png', 'jpg', 'jpeg'];
const labelFiles = ['npy', 'csv', 'txt'];

/** Files and folders offered from beside the model: a longer list is searched faster in the dialog. */
const MAX_OFFERED = 12;

type Item<T> = vscode.QuickPickItem & { readonly value?: T };

const separator = (label: string): vscode.QuickPickItem => ({ label, kind: vscode.QuickPickItemKind.Separator });

const hasExtension = (name: string, extensions: readonly string[]): boolean =>
  extensions.includes(path.extname(name).slice(1).toLowerCase());

/** Names in the folder of `file`, folders included; none where it cannot be listed. */
const beside = async (file: string): Promise<readonly [string, vscode.FileType][]> => {
  const listed = vscode.workspace.fs.readDirectory(vscode.Uri.file(path.dirname(file)));
  return (await listed.then(undefined, () => [])).sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
};

async function browse(
  start: vscode.Uri,
  what: 'file' | 'folder',
  title: string,
  extensions: readonly string[],
): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    defaultUri: start,
    canSelectFiles: what === 'file',
    canSelectFolders: what === 'folder',
    openLabel: vscode.l10n.t('Use'),
    ...(what === 'file' ? { filters: { [title]: [...extensions], [vscode.l10n.t('All files')]: ['*'] } } : {}),
  });
  const uri = chosen?.[0];
  if (!uri) return undefined;
  if (uri.scheme === 'file') return uri.fsPath;
  void vscode.window.showErrorMessage(vscode.l10n.t('{0}: inputs and labels can only be read from disk', path.posix.basename(uri.path)));
  return undefined;
}

/** Where dialogs begin: beside the model, or at home when it is not on disk. */
const startOf = (model: vscode.Uri): vscode.Uri =>
  model.scheme === 'file' ? vscode.Uri.joinPath(model, '..') : vscode.Uri.file(os.homedir());

const describe = ({ inputs, labels }: InputsChoice): string =>
  labels === null ? path.basename(inputs ?? '') : vscode.l10n.t('{0} with labels {1}', path.basename(inputs ?? ''), path.basename(labels));

/** Asks what the model is to be fed: what was used last, generated inputs, what lies beside the model, or what is found in a dialog. */
export async function pickInputs(model: vscode.Uri, last: InputsChoice | undefined): Promise<InputsChoice | undefined> {
  const listed = model.scheme === 'file' ? await beside(model.fsPath) : [];
  const found = listed
    .filter(([name, type]) => type & vscode.FileType.File && hasExtension(name, inputFiles) && !/label|target|class/i.test(name))
    .slice(0, MAX_OFFERED)
    .map(([name]): Item<string> => ({ label: `$(file) ${name}`, value: path.join(path.dirname(model.fsPath), name) }));
  const again =
    last && last.inputs !== null ? { label: `$(history) ${describe(last)}`, description: vscode.l10n.t('used last') } : undefined;
  const synthetic = {
    label: `$(beaker) ${vscode.l10n.t('Synthetic inputs')}`,
    detail: vscode.l10n.t(
      'Random and seeded, in the shapes the model asks for: they show how numbers flow, not how well the model does its work.',
    ),
  };
  const file = {
    label: `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`,
    detail: vscode.l10n.t('A .npz, a .npy or an image'),
    alwaysShow: true,
  };
  const folder = {
    label: `$(folder) ${vscode.l10n.t('Choose a folder…')}`,
    detail: vscode.l10n.t('Of .npy or .npz files, or of images'),
    alwaysShow: true,
  };
  const chosen = await quickPick<Item<string>>(
    [
      ...(again ? [again] : []),
      ...(found.length > 0 ? [separator(vscode.l10n.t('beside the model')), ...found] : []),
      separator(vscode.l10n.t('from elsewhere')),
      file,
      folder,
      separator(vscode.l10n.t('without inputs')),
      synthetic,
    ],
    { title: vscode.l10n.t('Inputs to run the model on'), placeHolder: vscode.l10n.t('What is the model to be fed?') },
  );
  if (!chosen) return undefined;
  if (chosen === again) return last;
  if (chosen === synthetic) return { inputs: null, labels: null };
  const inputs = chosen.value ?? (await browse(startOf(model), chosen === folder ? 'folder' : 'file', vscode.l10n.t('Inputs'), inputFiles));
  return inputs === undefined ? undefined : withLabels(inputs);
}

/** Asks for the classes of the samples, which are not needed. */
async function withLabels(inputs: string): Promise<InputsChoice | undefined> {
  const found = (await beside(inputs))
    .filter(
      ([name, type]) => type & vscode.FileType.File && hasExtension(name, labelFiles) && /label|target|class|(^|\W)y(\W|$)/i.test(name),
    )
    .slice(0, MAX_OFFERED)
    .map(([name]): Item<string> => ({ label: `$(tag) ${name}`, value: path.join(path.dirname(inputs), name) }));
  const none = {
    label: `$(circle-slash) ${vscode.l10n.t('No labels')}`,
    detail: vscode.l10n.t('Everything but the accuracy is measured.'),
  };
  const file = {
    label: `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`,
    detail: vscode.l10n.t('A .npy, .csv or .txt'),
    alwaysShow: true,
  };
  const chosen = await quickPick<Item<string>>([...found, none, file], {
    title: vscode.l10n.t('Labels of {0}', path.basename(inputs)),
    placeHolder: vscode.l10n.t('Is the right class of every sample known?'),
  });
  if (!chosen) return undefined;
  if (chosen === none) return { inputs, labels: null };
  const labels = chosen.value ?? (await browse(vscode.Uri.file(path.dirname(inputs)), 'file', vscode.l10n.t('Labels'), labelFiles));
  return labels === undefined ? undefined : { inputs, labels };
}
