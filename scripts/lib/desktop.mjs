// A VS Code with a window of its own, where there is one or one can be had.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';
import { step } from './terminal.mjs';

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** The `code` command of a desktop VS Code. One inside a remote terminal is no such thing: it cannot load an extension from a folder. */
export function codeOnPath() {
  if (!hasDisplay || process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => fs.existsSync(file));
}

const reachable = (url) =>
  Promise.race([
    fetch(url, { method: 'HEAD' }).then(
      (response) => response.ok,
      () => false,
    ),
    sleep(3000, false, { ref: false }),
  ]);

/** Can a desktop VS Code be fetched, and be shown? */
export const canDownload = async () => hasDisplay && (await reachable('https://update.code.visualstudio.com/api/releases/stable'));

/** Fetches a desktop VS Code into `.vscode-test`, once; resolves with its executable. */
export async function downloadedCode() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  return step('Fetching VS Code (once)', () =>
    downloadAndUnzipVSCode({ cachePath: path.join(root, '.vscode-test'), reporter: { report() {}, error: console.error } }),
  );
}

/** Makes VS Code wait for the extension when a model is the first file it opens; without it the first time shows a text editor. */
export const settings = { 'workbench.editorAssociations': { '*.onnx': 'precisionLens.model' } };

/** Arguments that open `file` in a new window with this checkout as an extension under development. */
export function windowArguments(folder, file, profile) {
  // Chromium refuses to run as root with its sandbox, VS Code without a profile folder
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [
    '--new-window',
    `--extensionDevelopmentPath=${root}`,
    ...(profile ? [`--user-data-dir=${profile}`] : []),
    ...asRoot,
    folder,
    file,
  ];
}
