import * as vscode from 'vscode';
import { modelWorker } from '../../worker/client.js';
import { leases, type Leases } from './leases.js';
import { modelFile } from './modelFile.js';
import type { ModelPlan } from './modelPlan.js';
import type { ModelRun } from './modelRun.js';
import { modelSession, type ModelSession } from './session.js';

/** The models being looked at, by URI: editors and hovers of one model share its session, and so its worker. */
export interface Models extends Leases<ModelSession> {
  /** The running of one of them stands otherwise than before. */
  readonly onDidChangeRun: vscode.Event<{ readonly model: string; readonly run: ModelRun }>;
  /** The finding of a plan of one of them stands otherwise than before. */
  readonly onDidChangePlan: vscode.Event<{ readonly model: string; readonly plan: ModelPlan }>;
}

/** How long a worker outlives its last editor or hover. */
const GRACE_MS = 5000;

/** The advice's target in dB, as the settings say for `uri`. */
export const targetSqnr = (uri: vscode.Uri): number => vscode.workspace.getConfiguration('precisionLens', uri).get('targetSqnr', 25);

/**
 * @param workerScript path of the bundled worker
 * @param cacheFolder where runs keep what engines answered
 */
export function openModels(workerScript: string, cacheFolder: string): Models {
  const changed = new vscode.EventEmitter<{ readonly model: string; readonly run: ModelRun }>();
  const planned = new vscode.EventEmitter<{ readonly model: string; readonly plan: ModelPlan }>();
  const sessions = leases(
    (model) => {
      const uri = vscode.Uri.parse(model, true);
      const session = modelSession(modelFile(uri), modelWorker(workerScript), () => ({ targetSqnr: targetSqnr(uri) }), cacheFolder);
      session.run.watch(({ kind }) => {
        if (kind === 'state' || kind === 'cleared') changed.fire({ model, run: session.run });
      });
      session.plan.watch(() => planned.fire({ model, plan: session.plan }));
      return session;
    },
    (session) => session.dispose(),
    GRACE_MS,
  );
  return {
    ...sessions,
    onDidChangeRun: changed.event,
    onDidChangePlan: planned.event,
    async dispose() {
      await sessions.dispose();
      changed.dispose();
      planned.dispose();
    },
  };
}

/** What models are known by. */
export const modelKey = (uri: vscode.Uri): string => uri.with({ query: uri.scheme === 'file' ? '' : uri.query, fragment: '' }).toString();
