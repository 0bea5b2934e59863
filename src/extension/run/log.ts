import type * as vscode from 'vscode';
import type { Models } from '../models/models.js';

/** Writes what is run, and why a run failed, to the log. */
export const logRuns = (models: Models, log: vscode.LogOutputChannel): vscode.Disposable => {
  const last = new Map<string, string>();
  return models.onDidChangeRun(({ model, run: { state } }) => {
    if (last.get(model) === state.kind) return;
    last.set(model, state.kind);
    if (state.kind === 'running') log.info(`run ${model}: ${JSON.stringify(state.request)}`);
    else if (state.kind === 'failed') log.error(`run ${model}: ${state.error.stack ?? state.error.message}`);
    else log.info(`run ${model}: ${state.kind}`);
  });
};
