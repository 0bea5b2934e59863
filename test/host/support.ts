import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension/extension.js';
import type { ModelSession } from '../../src/extension/models/session.js';

/** The extension under test, active. */
export const extension = (): Promise<Api> =>
  Promise.resolve(vscode.extensions.getExtension<Api>('precision-lens.precision-lens')!.activate());

/** A file of the samples that come with the checkout. */
export const sample = (name: string): Buffer => readFileSync(path.join(process.env.PRECISION_LENS_ROOT!, 'samples', name));

export const lenet = (): Buffer => sample('lenet/lenet5-mnist.onnx');

/** Layers of the sample that have weights. */
export const lenetLayers = 5;

export const inWorkspace = (name: string): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0].uri, name);

export async function write(name: string, content: Uint8Array | string): Promise<vscode.Uri> {
  const uri = inWorkspace(name);
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return uri;
}

/** Waits until `look` gives something, and gives it; fails with what was waited for. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain for ${what}`);
}

/** The session of the model at `uri`, while an editor or a hover uses it. */
export const sessionOf = ({ models }: Api, uri: vscode.Uri): ModelSession | undefined => new Map(models.entries()).get(uri.toString());

/** Waits for the page of `uri` to have asked for the analysis, and for its end. */
export const ended = (api: Api, uri: vscode.Uri): Promise<ModelSession> =>
  until(`the analysis of ${uri.path}`, () => {
    const session = sessionOf(api, uri);
    return session && ['done', 'failed'].includes(session.state.kind) ? session : undefined;
  });

/** Waits for a run of `session` to end in one of these ways. */
export const ran = (session: ModelSession, ...kinds: readonly ModelSession['run']['state']['kind'][]): Promise<ModelSession> =>
  until(`a run that is ${kinds.join(' or ')}; it is ${session.run.state.kind}`, () =>
    kinds.includes(session.run.state.kind) ? session : undefined,
  );

/** Runs a command of the extension. */
export const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`precisionLens.${command}`, ...args);

/** Opens the model at `uri` in its editor, and waits for the end of its analysis. */
export async function opened(api: Api, uri: vscode.Uri): Promise<ModelSession> {
  await run('analyze', uri);
  return ended(api, uri);
}

/** The JSON that the command line prints. */
export function commandLine(...args: readonly string[]): unknown {
  const cli = path.join(process.env.PRECISION_LENS_ROOT!, 'dist/cli.js');
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return JSON.parse(execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 1e9, env }));
}

/** Processes that run models for this extension host. */
export function enginePids(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && args?.includes('engine.js') ? [Number(pid)] : [];
  });
}

/** Kills all processes that run models, at once. */
export function killEngines(): void {
  for (const pid of enginePids()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended in between
    }
  }
}

/** Changes settings while `work` goes on. */
export async function withSettings<T>(settings: Readonly<Record<string, unknown>>, work: () => Promise<T>): Promise<T> {
  const all = vscode.workspace.getConfiguration('precisionLens');
  const set = async (values: readonly (readonly [string, unknown])[]) => {
    for (const [name, value] of values) await all.update(name, value, vscode.ConfigurationTarget.Global);
  };
  await set(Object.entries(settings));
  try {
    return await work();
  } finally {
    await set(Object.keys(settings).map((name) => [name, undefined] as const));
  }
}

export const closeAll = async (): Promise<void> => {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};

/** The tabs that show `uri` in the model editor. */
export const modelTabs = (uri: vscode.Uri): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputCustom && input.viewType === 'precisionLens.model' && input.uri.toString() === uri.toString(),
    );
