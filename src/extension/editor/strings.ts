import * as vscode from 'vscode';

/** Languages the page is translated to, beside English; `dist/page.LANGUAGE.json` holds its strings. */
const languages = ['ko'];

let read: Promise<Readonly<Record<string, string>>> | undefined;

/** The page's strings in the display language, read on first use; empty for English. */
export function pageStrings(dist: vscode.Uri, log: vscode.LogOutputChannel): Promise<Readonly<Record<string, string>>> {
  const language = languages.find((known) => vscode.env.language.toLowerCase().startsWith(known));
  if (!language) return Promise.resolve({});
  return (read ??= Promise.resolve(vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, `page.${language}.json`))).then(
    (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>,
    (error: unknown) => {
      log.error(`the page stays in English: ${String(error)}`);
      return {};
    },
  ));
}
