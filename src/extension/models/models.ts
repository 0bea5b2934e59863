import * as vscode from 'vscode';
import { modelWorker } from '../../worker/client.js';
import { leases, type Leases } from './leases.js';
import { modelFile } from './modelFile.js';
import { modelSession, type ModelSession } from './session.js';

/** The models being looked at, by URI: editors and hovers of one model share its session, and so its worker. */
export type Models = Leases<ModelSession>;

/** How long a worker outlives its last editor or hover. */
const GRACE_MS = 5000;

/** The advice's target in dB, as the settings say for `uri`. */
export const targetSqnr = (uri: vscode.Uri): number => vscode.workspace.getConfiguration('precisionLens', uri).get('targetSqnr', 25);

/** @param workerScript path of the bundled worker */
export const openModels = (workerScript: string): Models =>
  leases(
    (key) => {
      const uri = vscode.Uri.parse(key, true);
      return modelSession(modelFile(uri), modelWorker(workerScript), () => ({ targetSqnr: targetSqnr(uri) }));
    },
    (session) => session.dispose(),
    GRACE_MS,
  );

/** What models are known by. */
export const modelKey = (uri: vscode.Uri): string => uri.with({ query: uri.scheme === 'file' ? '' : uri.query, fragment: '' }).toString();
