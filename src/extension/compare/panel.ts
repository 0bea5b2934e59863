import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { CompareBoot, CompareMethods, CompareUpdate } from '../../rpc/compare.js';
import { serve } from '../../rpc/rpc.js';
import { modelWorker } from '../../worker/client.js';
import { chooseCompared, COMPARE } from '../commands/compare.js';
import { onModelChange } from '../editor/changes.js';
import { pageHtml } from '../editor/html.js';
import { saveFromPage } from '../editor/save.js';
import { pageStrings } from '../editor/strings.js';
import { baseName, modelFile } from '../models/modelFile.js';

const VIEW_TYPE = 'precisionLens.compare';

type Two = readonly [vscode.Uri, vscode.Uri];

/** What the files are called: by their paths where their names are the same. */
function titles([a, b]: Two): readonly [string, string] {
  const names = [baseName(a), baseName(b)] as const;
  return names[0] === names[1] ? [vscode.workspace.asRelativePath(a), vscode.workspace.asRelativePath(b)] : names;
}

/** What a panel left behind when its window was closed. */
function remembered(state: unknown): Two | null {
  const uris: unknown = typeof state === 'object' && state !== null && 'uris' in state ? state.uris : null;
  if (!Array.isArray(uris)) return null;
  const [a, b] = uris.filter((uri): uri is string => typeof uri === 'string');
  return b === undefined ? null : [vscode.Uri.parse(a, true), vscode.Uri.parse(b, true)];
}

/** Registers the comparison of two files in a panel of its own. */
export function registerCompare(extensionUri: vscode.Uri, log: vscode.LogOutputChannel): vscode.Disposable {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const script = vscode.Uri.joinPath(dist, 'worker.js').fsPath;

  async function show(panel: vscode.WebviewPanel, two: Two): Promise<void> {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const [a, b] = titles(two);
    panel.title = `${a} ↔ ${b}`;
    const worker = modelWorker(script);
    let closed = false;
    /** Calls of a page that was loaded anew are nobody's any more; its successor numbers its own alike. */
    let latest = 0;
    const receive = serve<CompareMethods>(
      { post: (message) => void (closed || webview.postMessage(message)) },
      {
        async compare(_, { signal, progress }) {
          const call = ++latest;
          const onProgress = (update: CompareUpdate): void => {
            if (call === latest) progress(update);
          };
          try {
            const [left, right] = await Promise.all(two.map((uri) => modelFile(uri).locate()));
            const head = await worker.call('compare', { a: left, b: right }, { signal, onProgress });
            return await (call === latest ? head : new Promise<never>(() => undefined));
          } catch (error) {
            if (call !== latest) return new Promise<never>(() => undefined);
            if (signal.aborted) throw error;
            const found = error instanceof Error ? error : new Error(String(error));
            log.error(`compare ${two.map((uri) => uri.toString(true)).join(' with ')}: ${found.stack ?? found.message}`);
            throw found;
          }
        },
        async save({ name, bytes }) {
          await saveFromPage(two[0], name, bytes);
          return null;
        },
      },
    );
    const load = async (): Promise<void> => {
      const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
      const boot: CompareBoot = {
        a,
        b,
        uris: [two[0].toString(), two[1].toString()],
        language: vscode.env.language,
        strings: await pageStrings(dist, log),
      };
      const nonce = randomBytes(16).toString('base64');
      if (closed) return;
      webview.html = pageHtml(boot, {
        cspSource: webview.cspSource,
        script: address('compare.js'),
        codicons: address('codicon.css'),
        nonce,
      });
    };
    const listeners = vscode.Disposable.from(
      webview.onDidReceiveMessage(receive),
      ...two.map((uri) =>
        onModelChange(
          uri,
          () => void load(),
          () => undefined,
        ),
      ),
    );
    panel.onDidDispose(() => {
      closed = true;
      listeners.dispose();
      void worker.dispose();
    });
    await load();
  }

  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMPARE, async (clicked?: unknown, selected?: unknown) => {
      const two = await chooseCompared(clicked, selected);
      if (!two) return;
      const panel = vscode.window.createWebviewPanel(VIEW_TYPE, '', vscode.ViewColumn.Active, { enableFindWidget: true });
      await show(panel, two);
    }),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      async deserializeWebviewPanel(panel, state) {
        const two = remembered(state);
        if (two) await show(panel, two);
        else panel.dispose();
      },
    }),
  );
}
