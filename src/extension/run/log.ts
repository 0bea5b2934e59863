import * as vscode from 'vscode';
import type { Models } from '../models/models.js';

type State = { readonly kind: string; readonly error?: Error };

/** Writes what is run and planned, and why either failed, to the log. */
export function logRuns(models: Models, log: vscode.LogOutputChannel): vscode.Disposable {
  const last = new Map<string, string>();
  const tell = (what: 'run' | 'plan', model: string, { kind, error }: State, more = ''): void => {
    const key = `${what} ${model}`;
    if (last.get(key) === kind) return;
    last.set(key, kind);
    if (error) log.error(`${key}: ${error.stack ?? error.message}`);
    else log.info(`${key}: ${kind}${more}`);
  };
  return vscode.Disposable.from(
    models.onDidChangeRun(({ model, run: { state } }) =>
      tell('run', model, state, state.kind === 'running' ? ` ${JSON.stringify(state.request)}` : ''),
    ),
    models.onDidChangePlan(({ model, plan: { state } }) => tell('plan', model, state)),
  );
}
