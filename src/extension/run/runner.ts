import * as vscode from 'vscode';
import type { RunSettings } from '../../report/runSettings.js';
import { modelKey, type Models } from '../models/models.js';
import type { Choices, InputsChoice } from './choices.js';
import { runsAutomatically, runSettings } from './settings.js';

/** Starts runs of models that are open, and remembers what they were fed. */
export interface Runner {
  /** Why no model may be run; null when they may. */
  readonly blocked: 'untrusted' | null;
  /** The inputs that were chosen for the model last. */
  chosen(uri: vscode.Uri): InputsChoice | undefined;
  /** What the model, or a plan of it, would be run on now: what it was run on, else what was chosen last, else generated inputs. */
  settings(uri: vscode.Uri): RunSettings;
  /** Runs the model on inputs that the user chose. */
  start(uri: vscode.Uri, choice: InputsChoice): void;
  /** Forgets what the model's run found. */
  backToWeights(uri: vscode.Uri): void;
  /** Runs a model that was just opened, where the settings ask for it; else brings back what its last run found, where that is remembered. */
  opened(uri: vscode.Uri): void;
  /** Models may be run from now on, or inputs were chosen. */
  readonly onDidChange: vscode.Event<void>;
  dispose(): void;
}

const synthetic: InputsChoice = { inputs: null, labels: null };

export function runner(models: Models, choices: Choices): Runner {
  const changed = new vscode.EventEmitter<void>();
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire());
  const run = (uri: vscode.Uri, choice: InputsChoice): void => {
    if (vscode.workspace.isTrusted) models.peek(modelKey(uri))?.run.start(runSettings(uri, choice));
  };
  const chosen = (uri: vscode.Uri): InputsChoice | undefined => choices.get(modelKey(uri));
  return {
    get blocked() {
      return vscode.workspace.isTrusted ? null : 'untrusted';
    },
    chosen,
    settings: (uri) => models.peek(modelKey(uri))?.run.figures?.request ?? runSettings(uri, chosen(uri) ?? synthetic),
    start(uri, choice) {
      choices.set(modelKey(uri), choice);
      changed.fire();
      run(uri, choice);
    },
    backToWeights(uri) {
      choices.putAway(modelKey(uri));
      models.peek(modelKey(uri))?.run.clear();
    },
    opened(uri) {
      const session = models.peek(modelKey(uri));
      if (session?.run.state.kind !== 'idle') return;
      const choice = chosen(uri);
      if (runsAutomatically(uri)) run(uri, choice ?? synthetic);
      else if (choice && choice.shown !== false && vscode.workspace.isTrusted) session.run.recall(runSettings(uri, choice));
    },
    onDidChange: changed.event,
    dispose() {
      changed.dispose();
      trust.dispose();
    },
  };
}
