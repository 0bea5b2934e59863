import * as vscode from 'vscode';
import type { PageAction } from '../../rpc/page.js';
import type { ModelSession } from '../models/session.js';

/** What the buttons of the page of `uri` do. */
export const pageActions = (
  uri: vscode.Uri,
  { trials }: Pick<ModelSession, 'trials'>,
  log: vscode.LogOutputChannel,
): ((action: PageAction) => void) => {
  const run = (command: string, ...args: readonly unknown[]) => void vscode.commands.executeCommand(command, ...args);
  const actions: Readonly<Record<PageAction, () => void>> = {
    'use-inputs': () => run('precisionLens.useInputs', uri),
    run: () => run('precisionLens.runAgain', uri),
    'run-synthetic': () => run('precisionLens.runSynthetic', uri),
    'cancel-plan': () => run('precisionLens.cancelPlan', uri),
    'cancel-trial': () => trials.cancel(),
    'cancel-run': () => run('precisionLens.cancelRun', uri),
    'show-log': () => log.show(),
    'manage-trust': () => run('workbench.trust.manage'),
  };
  return (action) => {
    if (Object.hasOwn(actions, action)) actions[action]();
  };
};
