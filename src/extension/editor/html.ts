import type { CompareBoot } from '../../rpc/compare.js';
import type { PageBoot } from '../../rpc/page.js';

export interface PageSources {
  /** Where the page may load from, as the webview says it: `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly codicons: string;
  readonly nonce: string;
}

/** What the page may do, and why. Everything else it may not. */
export const contentSecurityPolicy = ({ cspSource, nonce }: Pick<PageSources, 'cspSource' | 'nonce'>): string =>
  [
    `default-src 'none'`, // nothing unless it is listed below: no network, frames or images
    `script-src 'nonce-${nonce}'`, // the page's one bundle; nothing that a name from a model could smuggle in
    `style-src ${cspSource}`, // codicon.css; components adopt their sheets, which asks for no rule
    `font-src ${cspSource}`, // codicon.ttf
    `worker-src blob:`, // the layout of the graph: its source is part of the page's bundle
    `base-uri 'none'`, // default-src does not cover it: relative addresses stay the webview's
    `form-action 'none'`, // nor this: the page has nothing to submit
  ].join('; ');

/** JSON that can stand in a script element: `<` could end it, and U+2028/9 end a line of JavaScript. */
export const jsonForScript = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const attribute = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** A page; what it shows is asked for over messages. `boot` is what it knows from its first moment on. */
export const pageHtml = (boot: PageBoot | CompareBoot, sources: PageSources): string => `<!DOCTYPE html>
<html lang="${attribute(boot.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(contentSecurityPolicy(sources))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Precision Lens</title>
<link id="vscode-codicon-stylesheet" rel="stylesheet" href="${attribute(sources.codicons)}">
<script type="application/json" id="state" nonce="${sources.nonce}">${jsonForScript(boot)}</script>
<script defer src="${attribute(sources.script)}" nonce="${sources.nonce}"></script>
</head>
<body><div id="app"></div></body>
</html>
`;
