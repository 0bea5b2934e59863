import * as vscode from 'vscode';
import { exportFormats, type ExportFormat } from '../../report/exportFormat.js';
import { activeModel } from '../editor/active.js';
import type { ModelDocument } from '../editor/document.js';
import { exportPlan, pickFormat } from '../editor/exporting.js';
import type { ModelEditor } from '../editor/provider.js';

/** A format that a key binding or another extension names: `{ "as": "qdq" }`. */
const named = (value: unknown): ExportFormat | undefined =>
  typeof value === 'object' && value !== null && 'as' in value ? exportFormats.find((format) => format === value.as) : undefined;

/** Registers `Precision Lens: Export…` and `Precision Lens: Save Plan As…`, of the active model. */
export function registerExport({ documents }: Pick<ModelEditor, 'documents'>, log: vscode.LogOutputChannel): vscode.Disposable {
  const active = (): ModelDocument | undefined => {
    const uri = activeModel()?.toString();
    return [...documents].find((document) => document.uri.toString() === uri);
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('precisionLens.export', async (argument?: unknown) => {
      const document = active();
      const as = document && (named(argument) ?? (await pickFormat()));
      if (as) await exportPlan(document, as, log);
    }),
    vscode.commands.registerCommand('precisionLens.savePlanAs', async () => {
      const document = active();
      if (document) await exportPlan(document, 'plan', log);
    }),
  );
}
