import * as vscode from 'vscode';
import { exportFormats, type ExportFormat } from '../../report/exportFormat.js';
import { quickPick } from '../commands/quickPick.js';
import { baseName } from '../models/modelFile.js';
import { activeModel } from './active.js';
import { planUri, type ModelDocument } from './document.js';
import { safeName } from './save.js';
import { writeWhole } from './writeWhole.js';

interface Format {
  /** What it is for. */
  readonly label: string;
  readonly detail: string;
  /** What comes behind the model's name. */
  readonly ending: string;
}

const formats = (): Readonly<Record<ExportFormat, Format>> => ({
  qdq: {
    label: vscode.l10n.t('Quantized ONNX model (QDQ)'),
    detail: vscode.l10n.t('runs in ONNX Runtime, TensorRT and others'),
    ending: '.qdq.onnx',
  },
  'ort-overrides': {
    label: vscode.l10n.t('ONNX Runtime overrides'),
    detail: vscode.l10n.t('scales for its static quantizer'),
    ending: '.overrides.json',
  },
  'aimet-2': {
    label: vscode.l10n.t('AIMET 2 encodings'),
    detail: vscode.l10n.t('for AIMET and the QNN converters'),
    ending: '.encodings.json',
  },
  report: { label: vscode.l10n.t('Report (JSON)'), detail: vscode.l10n.t('all figures, the plan in it'), ending: '.report.json' },
  html: {
    label: vscode.l10n.t('Report (HTML page)'),
    detail: vscode.l10n.t('one file with charts, to hand around'),
    ending: '.report.html',
  },
  csv: { label: vscode.l10n.t('Report (CSV)'), detail: vscode.l10n.t('a row for each layer'), ending: '.report.csv' },
  markdown: { label: vscode.l10n.t('Report (Markdown)'), detail: vscode.l10n.t('tables for a pull request'), ending: '.report.md' },
  plan: { label: vscode.l10n.t('Plan file'), detail: vscode.l10n.t('for the command line, and to go on later'), ending: '.precision.json' },
});

/** Lets the user choose what to export as. */
export async function pickFormat(): Promise<ExportFormat | undefined> {
  const known = formats();
  const items = exportFormats.map((as) => ({ as, label: known[as].label, description: known[as].detail }));
  return (await quickPick(items, { placeHolder: vscode.l10n.t('Export the plan as'), matchOnDescription: true }))?.as;
}

const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];

/** The exporters' own advice is for the command line. */
const inEditor = (line: string): string =>
  line.replace(
    /; plan it as it is, e\.g\. with --pin .*$/,
    `; ${vscode.l10n.t('set that layer to float, or to another scheme, in the table')}`,
  );

const isCancel = (error: unknown): boolean => error instanceof Error && (error.name === 'AbortError' || error.name === 'Canceled');

/** Asks where to export the plan of a document, and does it; what fails is told in one line, with the log as the way to more. */
export async function exportPlan(document: ModelDocument, as: ExportFormat, log: vscode.LogOutputChannel): Promise<void> {
  const { uri, session } = document;
  const { label, ending } = formats()[as];
  const model = baseName(uri).replace(/\.[^.]*$/, '');
  const extension = ending.slice(ending.lastIndexOf('.') + 1);
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(uri, '..', safeName(`${model}${ending}`)),
    filters: { [label]: [extension] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return;
  const name = baseName(target);
  if (target.toString() === uri.toString()) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} is the model itself; choose another name.', name));
    return;
  }
  if (as === 'plan' && target.toString() === planUri(uri).toString() && activeModel()?.toString() === uri.toString()) {
    // that is what saving does, and then the tab is to know it
    await vscode.commands.executeCommand('workbench.action.files.save');
    return;
  }
  try {
    const notes = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Exporting {0}', name), cancellable: true },
      async (_, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const plan = await document.plan();
        abort.signal.throwIfAborted();
        const onDisk = target.scheme === 'file';
        const { files, notes } = await session.export(as, plan, onDisk ? { path: target.fsPath } : { name }, abort.signal);
        for (const { suffix, bytes } of files) await writeWhole(target.with({ path: `${target.path}${suffix}` }), bytes);
        return notes;
      },
    );
    for (const note of notes) log.info(`${name}: ${note}`);
    void tellDone(target, name, notes, log);
  } catch (error) {
    if (isCancel(error)) return;
    log.error(`export ${as} ${uri.toString(true)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    void tellFailed(name, inEditor(lineOf(error)), log);
  }
}

async function tellDone(target: vscode.Uri, name: string, notes: readonly string[], log: vscode.LogOutputChannel): Promise<void> {
  const open = vscode.l10n.t('Open');
  const read = vscode.l10n.t('Show Notes');
  const choice = await vscode.window.showInformationMessage(
    notes.length === 0
      ? vscode.l10n.t('{0} is written.', name)
      : notes.length === 1
        ? vscode.l10n.t('{0} is written. Note: {1}', name, notes[0])
        : vscode.l10n.t('{0} is written, with {1} notes.', name, notes.length),
    open,
    ...(notes.length > 0 ? [read] : []),
  );
  if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
  if (choice === read) log.show();
}

async function tellFailed(name: string, line: string, log: vscode.LogOutputChannel): Promise<void> {
  const details = vscode.l10n.t('Show Log');
  const choice = await vscode.window.showErrorMessage(vscode.l10n.t('{0} was not written: {1}', name, line), details);
  if (choice === details) log.show();
}
