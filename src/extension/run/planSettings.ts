import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { PlanError } from '../../analysis/plan/budget.js';
import { withEnergy } from '../../analysis/plan/energyConstants.js';
import { defaultProfile, isProfileName, parseProfile, profileNames, profiles } from '../../analysis/plan/profiles.js';
import { runtimeNames, type RuntimeName } from '../../analysis/plan/runtimes.js';
import type { Hardware } from '../../core/costs/hardware.js';

/** What plans are made for when nothing else is asked for. */
export interface PlanSettings {
  readonly runtime: RuntimeName;
  /** The machine that times are for, with the energy constants that count; a plain object. */
  readonly hardware: Hardware;
}

/**
 * What the model at `uri` is planned for, as the settings say.
 *
 * Throws PlanError, in one line for the user, when a setting cannot be used.
 */
export async function planSettings(uri: vscode.Uri): Promise<PlanSettings> {
  const settings = vscode.workspace.getConfiguration('precisionLens', uri);
  const hardware = await hardwareOf(settings.get('plan.hardware', defaultProfile), uri);
  const energy: unknown = settings.get('plan.energy', {});
  return {
    runtime: runtimeOf(settings.get('plan.runtime', 'generic')),
    hardware: { ...hardware, energy: withEnergy(hardware.energy, energy, 'precisionLens.plan.energy') },
  };
}

function runtimeOf(name: string): RuntimeName {
  const known = runtimeNames.find((runtime) => runtime === name);
  if (known) return known;
  throw new PlanError(vscode.l10n.t('precisionLens.plan.runtime is {0}; choose one of {1}', JSON.stringify(name), runtimeNames.join(', ')));
}

/** A profile by its name, or from a file: beside the workspace's folders, or, outside of them, beside the model. */
async function hardwareOf(name: string, uri: vscode.Uri): Promise<Hardware> {
  if (isProfileName(name)) return profiles[name];
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath);
  const file = path.resolve(folder, name);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw new PlanError(
      vscode.l10n.t(
        'precisionLens.plan.hardware is {0}, and there is no such file; name {1}, or a JSON file like them',
        JSON.stringify(name),
        profileNames.join(', '),
      ),
    );
  }
  return parseProfile(text, file);
}
