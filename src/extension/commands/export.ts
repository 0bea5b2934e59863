import * as vscode from 'vscode';
import { exportFormats, type ExportFormat } from '../../report/exportFormat.js';
import { activeModel } from '../editor/active.js';
import { exportPlan, pickFormat } from '../editor/exporting.js';
import type { ModelEditor } from '../editor/provider.js';

/** A format that a key binding or another extension names: `{ "as": "qdq" }`. */
const named = (value: unknown): ExportFormat | undefined =>
  typeof value === 'object' && value !== null && 'as' in value ? exportFormats.find((format) => format === value.as) : undefined;

/** Registers `Precision Lens: Export…`, of the active model. */
export const registerExport = ({ documents }: Pick<ModelEditor, 'documents'>, log: vscode.LogOutputChannel): vscode.Disposable =>
  vscode.commands.registerCommand('precisionLens.export', async (argument?: unknown) => {
    const uri = activeModel()?.toString();
    const document = [...documents].find((one) => one.uri.toString() === uri);
    const as = document && (named(argument) ?? (await pickFormat()));
    if (as) await exportPlan(document, as, log);
  });
