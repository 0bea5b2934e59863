import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageMethods } from '../../rpc/page.js';
import { serve } from '../../rpc/rpc.js';
import { baseName } from '../models/modelFile.js';
import { modelKey, targetSqnr, type Models } from '../models/models.js';
import type { ModelSession } from '../models/session.js';
import type { Planner } from '../run/planner.js';
import type { Runner } from '../run/runner.js';
import { pageActions } from './actions.js';
import { VIEW_TYPE } from './active.js';
import { onModelChange } from './changes.js';
import { editing, type Editing } from './editing.js';
import { pageHtml } from './html.js';
import { servePage } from './page.js';
import { reopenAs } from './reopen.js';
import { saveFromPage } from './save.js';
import { pageStrings } from './strings.js';

/** The document keeps the model's session, and so its worker, in use while editors show it. */
interface ModelDocument extends vscode.CustomDocument {
  readonly session: ModelSession;
  readonly editing: Editing;
}

/** Errors that tell the user what to do; all others are ours, and their details go to the log. */
const expected = new Set(['ModelError', 'FileError', 'AbortError']);

/** Registers the editor of model files. */
export function registerEditor(
  extensionUri: vscode.Uri,
  models: Models,
  runner: Runner,
  planner: Planner,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');

  const render = async (uri: vscode.Uri, webview: vscode.Webview): Promise<string> => {
    const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    return pageHtml(
      { file: baseName(uri), targetSqnr: targetSqnr(uri), language: vscode.env.language, strings: await pageStrings(dist, log) },
      {
        cspSource: webview.cspSource,
        script: address('page.js'),
        codicons: address('codicon.css'),
        nonce: randomBytes(16).toString('base64'),
      },
    );
  };

  const provider: vscode.CustomReadonlyEditorProvider<ModelDocument> = {
    openCustomDocument(uri) {
      const lease = models.acquire(modelKey(uri));
      const session = lease.value;
      return {
        uri,
        session,
        editing: editing(
          () => session.layers,
          () => undefined,
        ),
        dispose: () => lease.dispose(),
      };
    },

    async resolveCustomEditor({ uri, session, editing }, panel, token) {
      const { webview } = panel;
      webview.options = { enableScripts: true, localResourceRoots: [dist] };
      let closed = token.isCancellationRequested;
      const served = servePage({
        session,
        editing,
        facts: () => ({ blocked: runner.blocked, chosen: runner.chosen(uri) }),
        planFacts: () => planner.facts(uri),
        findPlan: (request) => planner.start(uri, request),
        opened: () => runner.opened(uri),
        act: pageActions(uri, log),
        reopen: (as) => void reopenAs(uri, as).catch((error: unknown) => log.error(`reopen as ${as}: ${String(error)}`)),
        save: (name, bytes) => saveFromPage(uri, name, bytes),
        failed(method, error) {
          if (expected.has(error.name)) return error;
          log.error(`${method} ${uri.toString(true)}: ${error.stack ?? error.message}`);
          return new Error(vscode.l10n.t('{0} (details in the output “Precision Lens”)', error.message));
        },
      });
      const receive = serve<PageMethods>({ post: (message) => void (closed || webview.postMessage(message)) }, served.handlers);
      // A page that is loaded again asks for everything again: that is how it learns of a change.
      const load = async () => {
        const html = await render(uri, webview);
        if (!closed) webview.html = html;
      };
      const listeners = vscode.Disposable.from(
        webview.onDidReceiveMessage(receive),
        onModelChange(uri, () => void load()),
        runner.onDidChange(served.refresh),
        served,
      );
      panel.onDidDispose(() => {
        closed = true;
        listeners.dispose();
      });
      await load();
    },
  };
  return vscode.window.registerCustomEditorProvider(VIEW_TYPE, provider, { supportsMultipleEditorsPerDocument: true });
}
