import * as vscode from 'vscode';
import { baseName } from '../models/modelFile.js';
import { planUri, type ModelDocument } from './document.js';

/**
 * Saves the plan of a document as VS Code asks for it. Its dialog proposes the name of the model, which is never written: who takes that is offered the name
 * that a plan has, and to choose another one.
 *
 * @throws CancellationError when nothing was saved
 */
export async function saveDocumentAs(document: ModelDocument, target: vscode.Uri): Promise<void> {
  const { uri } = document;
  if (target.path !== uri.path || target.scheme !== uri.scheme) return document.saveAs(target);
  void offerName(document);
  throw new vscode.CancellationError();
}

async function offerName({ uri }: ModelDocument): Promise<void> {
  const name = baseName(planUri(uri));
  const save = vscode.l10n.t('Save as {0}', name);
  const other = vscode.l10n.t('Another Name…');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is the model, which is never written over. The plan is a file of its own.', baseName(uri)),
    save,
    other,
  );
  if (choice === save) await vscode.commands.executeCommand('workbench.action.files.save');
  if (choice === other) await vscode.commands.executeCommand('precisionLens.savePlanAs');
}
