import * as vscode from 'vscode';
import type { Report } from '../../report/types.js';
import { ANALYZE } from '../commands/analyze.js';
import { baseName } from '../models/modelFile.js';
import { modelKey, targetSqnr, type Models } from '../models/models.js';
import { isModelPath } from '../models/files.js';
import { languages, literalAt } from './literal.js';
import { commandLink, hoverMarkdown } from './markdown.js';
import { candidates } from './resolve.js';

/** VS Code shows a hover as loading and holds up no other meanwhile; what is known by then is shown, the next one shows more. */
const PATIENCE_MS = 1000;

interface FoundFile {
  readonly uri: vscode.Uri;
  readonly stat: vscode.FileStat;
}

const folderOf = (uri: vscode.Uri): string => uri.path.slice(0, uri.path.lastIndexOf('/')) || '/';

/** The first existing file that `text`, written in `document`, may mean. */
async function findFile(text: string, document: vscode.TextDocument, token: vscode.CancellationToken): Promise<FoundFile | undefined> {
  const { uri } = document;
  const workspace = (vscode.workspace.workspaceFolders ?? []).filter(
    (folder) => folder.uri.scheme === uri.scheme || uri.scheme === 'untitled',
  );
  const base = uri.scheme === 'untitled' ? workspace[0]?.uri : uri;
  if (!base) return undefined;
  const paths = candidates(text, {
    folder: uri.scheme === 'untitled' ? undefined : folderOf(uri),
    workspace: workspace.map((folder) => folder.uri.path),
    absolute: base.scheme === 'file' && vscode.workspace.isTrusted,
  });
  for (const path of paths) {
    // On Windows a path with a drive reads `/c:/…` in a URI.
    const file = base.with({ path: path.startsWith('/') ? path : `/${path}`, query: '', fragment: '' });
    const stat = await vscode.workspace.fs.stat(file).then(
      (found) => found,
      () => undefined,
    );
    if (token.isCancellationRequested) return undefined;
    if (stat && (stat.type & vscode.FileType.File) !== 0) return { uri: file, stat };
  }
  return undefined;
}

/** What `work` comes to, or undefined when it takes longer than `ms` or `token` is cancelled. */
function atMost<T>(work: Promise<T>, ms: number, token: vscode.CancellationToken): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(undefined);
    const timer = setTimeout(giveUp, ms);
    const listener = token.onCancellationRequested(giveUp);
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      listener.dispose();
    });
  });
}

/** Hovers kept for files that have not changed since: enough for the models of one workspace. */
const MAX_KEPT = 64;

/** Registers the hover over strings that name model files. */
export function registerHover(models: Models, log: vscode.LogOutputChannel): vscode.Disposable {
  /** Finished texts by file, its date and size, and the target. A worker is not kept for them. */
  const kept = new Map<string, string>();

  const describe = async ({ uri, stat }: FoundFile, token: vscode.CancellationToken): Promise<string> => {
    const key = `${modelKey(uri)} ${stat.mtime} ${stat.size} ${targetSqnr(uri)}`;
    const known = kept.get(key);
    // A model that is open and was run tells more than what was kept.
    const ran = models.peek(modelKey(uri))?.run.state.kind === 'done';
    if (known !== undefined && !ran) return known;

    const lease = models.acquire(modelKey(uri));
    const session = lease.value;
    const text = (report: Report | undefined, running: boolean, error?: Error): string =>
      hoverMarkdown(
        {
          file: baseName(uri),
          bytes: stat.size,
          report,
          running,
          error: error?.message,
          link: commandLink(vscode.l10n.t('Open in Precision Lens'), ANALYZE, [uri.toString()]),
        },
        vscode.l10n.t,
      );
    const keep = (finished: string): string => {
      kept.set(key, finished);
      for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
      return finished;
    };
    const finished = session.analyze().then(
      (weights) => {
        const report = session.report ?? weights;
        return report.evidence === 'weights' ? keep(text(report, false)) : text(report, false);
      },
      (thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        log.debug(`hover over ${uri.toString(true)}: ${error.message}`);
        return error.name === 'ModelError' ? keep(text(undefined, false, error)) : text(undefined, false, error);
      },
    );
    void finished.finally(() => lease.dispose());
    return (await atMost(finished, PATIENCE_MS, token)) ?? text(session.report, true);
  };

  return vscode.languages.registerHoverProvider(
    languages.map((language) => ({ language })),
    {
      async provideHover(document, position, token) {
        if (!vscode.workspace.getConfiguration('precisionLens', document).get('hover.enabled', true)) return undefined;
        const literal = literalAt(document.lineAt(position.line).text, position.character, document.languageId);
        if (!literal || !isModelPath(literal.text)) return undefined;
        const file = await findFile(literal.text, document, token);
        if (!file) return undefined;
        const text = await describe(file, token);
        if (token.isCancellationRequested) return undefined;
        const markdown = new vscode.MarkdownString(text);
        markdown.isTrusted = { enabledCommands: [ANALYZE] };
        return new vscode.Hover(markdown, new vscode.Range(position.line, literal.start, position.line, literal.end));
      },
    },
  );
}
