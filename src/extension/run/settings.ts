import * as vscode from 'vscode';
import { defaultRunSettings, type ImageSettings, type RunSettings } from '../../report/runSettings.js';
import { targetSqnr } from '../models/models.js';
import type { InputsChoice } from './choices.js';

const MIB = 2 ** 20;

/** A copy of what VS Code gives, which is a proxy that cannot be sent to the worker. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** `settings` without those that leave the choice to the tool: null, `auto` and empty lists. */
const decided = (settings: Readonly<Record<keyof ImageSettings, unknown>>): ImageSettings =>
  Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== null && value !== 'auto' && !(Array.isArray(value) && value.length === 0)),
  );

/** Schemes of weights and, behind a comma, of activations; null when empty. */
function togetherOf(text: string): RunSettings['together'] {
  const [weight, activation = null] = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return weight === undefined ? null : { weight, activation };
}

/** How the model at `uri` is run on inputs, as the settings say. */
export function runSettings(uri: vscode.Uri, { inputs, labels }: InputsChoice): RunSettings {
  const settings = vscode.workspace.getConfiguration('precisionLens', uri);
  const { samples, seed, memoryBudget, backend, exhaustive, classes } = defaultRunSettings;
  return plain({
    ...defaultRunSettings,
    inputs,
    labels,
    samples: settings.get('run.samples', samples),
    seed: settings.get('run.seed', seed),
    dims: settings.get('run.dimensions', {}),
    classes: settings.get('run.classes', classes),
    exhaustive: settings.get('run.exhaustive', exhaustive),
    together: togetherOf(settings.get('run.together', '')),
    memoryBudget: settings.get('run.memoryBudget', memoryBudget / MIB) * MIB,
    backend: settings.get('run.backend', backend),
    targetSqnr: targetSqnr(uri),
    images: decided({
      size: settings.get('run.images.size', []),
      fit: settings.get('run.images.fit', 'auto'),
      scale: settings.get('run.images.scale', null),
      mean: settings.get('run.images.mean', []),
      std: settings.get('run.images.std', []),
      colours: settings.get('run.images.colours', 'auto'),
      layout: settings.get('run.images.layout', 'auto'),
    }),
  });
}

/** Whether a model is to be run as soon as it is opened. */
export const runsAutomatically = (uri: vscode.Uri): boolean =>
  vscode.workspace.getConfiguration('precisionLens', uri).get('run.automatically', false);
