import { createHash, randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageMethods } from '../../rpc/page.js';
import { asBytes } from '../../rpc/jsonBytes.js';
import { serve } from '../../rpc/rpc.js';
import { baseName } from '../models/modelFile.js';
import { modelKey, targetSqnr, type Models } from '../models/models.js';
import type { Planner } from '../run/planner.js';
import type { Runner } from '../run/runner.js';
import { pageActions } from './actions.js';
import { VIEW_TYPE } from './active.js';
import { onModelChange } from './changes.js';
import { openDocument, type ModelDocument } from './document.js';
import { exportPlan } from './exporting.js';
import { pageHtml } from './html.js';
import { paced } from './paced.js';
import { servePage } from './page.js';
import { reopenAs } from './reopen.js';
import { saveFromPage } from './save.js';
import { saveDocumentAs } from './saveAs.js';
import { pageStrings } from './strings.js';

/** Errors that tell the user what to do; all others are ours, and their details go to the log. */
const expected = new Set(['ModelError', 'FileError', 'AbortError']);

/** What most of the messages to a page are, by far: see `AnalysisUpdate`. */
const longest = ['report', 'layers'];

/** The registered editor. */
export interface ModelEditor {
  readonly dispose: () => void;
  /** The models that editors show. */
  readonly documents: ReadonlySet<ModelDocument>;
  /** Opens a model as VS Code does, with what a window that was closed kept. */
  readonly openDocument: (uri: vscode.Uri, backupId: string | undefined) => Promise<ModelDocument>;
}

/** Registers the editor of model files. */
export function registerEditor(
  extensionUri: vscode.Uri,
  models: Models,
  runner: Runner,
  planner: Planner,
  log: vscode.LogOutputChannel,
): ModelEditor {
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

  const changed = new vscode.EventEmitter<vscode.CustomDocumentEditEvent<ModelDocument>>();
  const documents = new Set<ModelDocument>();
  /** The newest backup of each. */
  const backups = new WeakMap<ModelDocument, symbol>();
  const open = async (uri: vscode.Uri, backupId: string | undefined): Promise<ModelDocument> => {
    const lease = models.acquire(modelKey(uri));
    const closed = {
      value: lease.value,
      dispose() {
        documents.delete(document);
        lease.dispose();
      },
    };
    const document = await openDocument(
      uri,
      closed,
      (edited, step) => changed.fire({ document: edited, ...step }),
      backupId,
      () => runner.settings(uri),
      log,
    );
    documents.add(document);
    return document;
  };
  const provider: vscode.CustomEditorProvider<ModelDocument> = {
    onDidChangeCustomDocument: changed.event,

    openCustomDocument: (uri, { backupId }) => open(uri, backupId),

    saveCustomDocument: (document) => document.save(),
    saveCustomDocumentAs: saveDocumentAs,
    revertCustomDocument: (document) => document.revert(),

    // One file for each document: VS Code may come back with the id of a backup that it has had deleted for a newer one.
    async backupCustomDocument(document, { destination }) {
      const name = `${createHash('sha256').update(document.uri.toString()).digest('hex').slice(0, 32)}.json`;
      const file = vscode.Uri.joinPath(destination, '..', name);
      const mine = Symbol(name);
      await document.backup(file);
      backups.set(document, mine);
      return {
        id: file.toString(),
        delete() {
          if (backups.get(document) === mine) void vscode.workspace.fs.delete(file).then(undefined, () => undefined);
        },
      };
    },

    async resolveCustomEditor(document, panel, token) {
      const { uri, session } = document;
      const { webview } = panel;
      webview.options = { enableScripts: true, localResourceRoots: [dist] };
      let closed = token.isCancellationRequested;
      const served = servePage({
        session,
        document,
        facts: () => ({ blocked: runner.blocked, chosen: runner.chosen(uri) }),
        planFacts: () => planner.facts(uri),
        findPlan: (request) => planner.start(uri, request),
        opened() {
          document.analyzed().catch((error: unknown) => log.error(`plan of ${uri.toString(true)}: ${String(error)}`));
          runner.opened(uri);
        },
        tryPlan: async (of) => {
          if (runner.blocked === null) await document.shown.run(of);
        },
        act: pageActions(uri, session, log),
        reopen: (as) => void reopenAs(uri, as).catch((error: unknown) => log.error(`reopen as ${as}: ${String(error)}`)),
        exportAs: (as) => exportPlan(document, as, log),
        save: (name, bytes) => saveFromPage(uri, name, bytes),
        failed(method, error) {
          if (expected.has(error.name)) return error;
          log.error(`${method} ${uri.toString(true)}: ${error.stack ?? error.message}`);
          return new Error(vscode.l10n.t('{0} (details in the output “Precision Lens”)', error.message));
        },
      });
      const post = paced((message: unknown) => void (closed || webview.postMessage(asBytes(message, longest))));
      const receive = serve<PageMethods>({ post }, served.handlers);
      // A page that is loaded again asks for everything again: that is how it learns of a change.
      const load = async () => {
        const html = await render(uri, webview);
        if (!closed) webview.html = html;
      };
      const listeners = vscode.Disposable.from(
        webview.onDidReceiveMessage(receive),
        onModelChange(uri, () => void load(), document.touched),
        runner.onDidChange(served.refresh),
        served,
      );
      panel.onDidDispose(() => {
        closed = true;
        listeners.dispose();
      });
      // the page finds the layers there that it asks for once it stands; what goes wrong it is told, too
      session.analyze().catch(() => undefined);
      await load();
    },
  };
  const registered = vscode.window.registerCustomEditorProvider(VIEW_TYPE, provider, { supportsMultipleEditorsPerDocument: true });
  return {
    documents,
    openDocument: open,
    dispose() {
      registered.dispose();
      changed.dispose();
    },
  };
}
