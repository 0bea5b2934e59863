// The editor's page in a plain browser, fed by reports and models: `node webview-ui/dev/serve.mjs [report.json | model.onnx …] [plan.precision.json]`, after the bundles were built.
// Query: ?report=5|200|5000|empty|failed|hostile|NAME&theme=dark|light|hc-dark|hc-light&pace=MILLISECONDS&language=ko
//        &plan=none|found|failed|stale (of a plan file on the command line)&run=idle|chosen|running|done|cancelled|failed|untrusted (of a report that tells of a run: the buttons play it again)
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openModel } from './model.mjs';
import { reports } from './reports.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const themes = JSON.parse(fs.readFileSync(path.join(here, 'themes.json'), 'utf8'));
const files = new Map([
  ['/page.js', ['dist/page.js', 'text/javascript']],
  ['/codicon.css', ['dist/codicon.css', 'text/css']],
  ['/codicon.ttf', ['dist/codicon.ttf', 'font/ttf']],
  ['/host.js', ['webview-ui/dev/host.js', 'text/javascript']],
  ['/webview.css', ['webview-ui/dev/webview.css', 'text/css']],
]);

const escape = (json) => json.replace(/</g, '\\u003c');

/** The page as the extension serves it, but for `connect-src`, which lets the stand-in for the extension fetch a report. */
function document(query) {
  const nonce = randomBytes(16).toString('base64');
  const theme = themes[query.get('theme') ?? 'dark'] ?? themes.dark;
  const language = query.get('language') ?? 'en';
  const strings = language === 'en' ? {} : JSON.parse(fs.readFileSync(path.join(root, 'webview-ui/l10n', `${language}.json`), 'utf8'));
  const boot = { file: 'model.onnx', targetSqnr: Number(query.get('target') ?? 25), language, strings };
  const csp = `default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self' 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; worker-src blob:`;
  return `<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Precision Lens</title>
<style nonce="${nonce}">html { ${theme.variables}; background: var(--vscode-editor-background) }</style>
<link rel="stylesheet" href="webview.css" nonce="${nonce}">
<link rel="stylesheet" href="codicon.css" id="vscode-codicon-stylesheet" nonce="${nonce}"></head>
<body class="${theme.bodyClass}" data-vscode-theme-kind="${theme.kind}"><div id="app"></div>
<script type="application/json" id="state">${escape(JSON.stringify(boot))}</script>
<script nonce="${nonce}" src="host.js"></script><script nonce="${nonce}" src="page.js"></script></body></html>`;
}

const models = new Map();
for (const file of process.argv.slice(2).filter((file) => file.endsWith('.onnx'))) models.set(path.basename(file), await openModel(file));

/** A report by name: one of the made ones, or of the file given on the command line. */
function report(name) {
  if (models.has(name)) return models.get(name).report;
  const file = process.argv.slice(2).find((candidate) => path.basename(candidate, '.json') === name);
  return file ? JSON.parse(fs.readFileSync(file, 'utf8')) : (reports[name] ?? reports[5])();
}

/** The plan that was given on the command line, for whatever report. */
const plan = () =>
  process.argv
    .slice(2)
    .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
    .find(({ schema }) => schema.startsWith('precision-lens/plan')) ?? null;

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const send = (type, body) => response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  const file = files.get(url.pathname);
  if (file) send(file[1], fs.readFileSync(path.join(root, file[0])));
  else if (url.pathname === '/report') send('application/json', JSON.stringify(report(url.searchParams.get('report') ?? '5')));
  else if (url.pathname === '/plan') send('application/json', JSON.stringify(plan()));
  else if (url.pathname === '/call') {
    const { model, method, params } = JSON.parse(url.searchParams.get('ask'));
    const asked = models.has(model) ? models.get(model).call(method, params) : Promise.reject(new Error('no model was given'));
    asked.then(
      (result) => send('application/json', JSON.stringify({ result })),
      ({ message }) => send('application/json', JSON.stringify({ message })),
    );
  } else if (url.pathname === '/') send('text/html', document(url.searchParams));
  else response.writeHead(404).end();
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
