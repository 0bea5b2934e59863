// VS Code without a desktop: code-server is VS Code's workbench and extension host behind a port on this machine. Uses nothing but Node.
import { setTimeout as sleep } from 'node:timers/promises';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { cache } from './paths.mjs';
import { kill, must, start } from './run.mjs';
import { step } from './terminal.mjs';

const versions = { 'code-server': '4.139.1', node: '24.21.0' };
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const home = path.join(cache, `code-server-${versions['code-server']}`);
const node = path.join(home, 'node_modules', nodePackage, 'bin/node');
const entry = path.join(home, 'node_modules/code-server/out/node/entry.js');

const inLibrary = (folder, ...parts) => path.join(folder, 'node_modules/code-server/lib/vscode', ...parts);

/** Left out of the installed editor: other platforms' binaries and what talks to services. */
const unused = ['node_modules/@github', 'node_modules/@microsoft/mxc-sdk', 'extensions/copilot', 'extensions/mermaid-markdown-features'];

async function install(folder) {
  const npm = (where, ...args) =>
    must('npm', ['install', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--ignore-scripts', ...args], { cwd: where });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  // --force: npm would refuse code-server under an older Node, but it runs under the Node that is installed beside it
  await npm(folder, '--force', `code-server@${versions['code-server']}`, `${nodePackage}@${versions.node}`);
  await npm(inLibrary(folder), '--omit=dev');
  for (const part of ['include', 'share'])
    fs.rmSync(path.join(folder, 'node_modules', nodePackage, part), { recursive: true, force: true });
  for (const part of unused) fs.rmSync(inLibrary(folder, part), { recursive: true, force: true });
  const ripgrep = inLibrary(folder, 'node_modules/@vscode/ripgrep-universal/bin');
  for (const platform of fs.existsSync(ripgrep) ? fs.readdirSync(ripgrep) : [])
    if (platform !== `${process.platform}-${process.arch}`) fs.rmSync(path.join(ripgrep, platform), { recursive: true });
}

/** Fetches code-server and the Node it needs from npm, once per machine. */
export async function ensureCodeServer() {
  if (fs.existsSync(entry) && fs.existsSync(node)) return;
  await step(`Fetching an editor (code-server ${versions['code-server']}, once)`, async () => {
    fs.mkdirSync(cache, { recursive: true });
    const partial = fs.mkdtempSync(`${home}-`);
    try {
      await install(partial);
      fs.rmSync(home, { recursive: true, force: true });
      fs.renameSync(partial, home);
    } finally {
      fs.rmSync(partial, { recursive: true, force: true });
    }
  });
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
    server.once('error', reject);
  });

/** Nothing pops up, nothing asks an outside host. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
};

/** Every folder is opened in restricted mode, without a question. */
const distrust = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

const environment = (folder, extra = {}) => ({
  ...process.env,
  HOME: folder,
  XDG_CONFIG_HOME: folder,
  XDG_DATA_HOME: folder,
  EXTENSIONS_GALLERY: '{}',
  ...extra,
});
const folders = (folder) => [
  '--config',
  path.join(folder, 'config.yaml'),
  '--user-data-dir',
  path.join(folder, 'data'),
  '--extensions-dir',
  path.join(folder, 'extensions'),
];

/**
 * Starts code-server on a free port of 127.0.0.1, with everything it writes in `folder`.
 * `vsix`: an extension to install first, or several. `testDriver`: needed to run tests in the extension host; it hides notifications. `restricted`: folders are
 * not trusted, and nobody is asked.
 * Resolves once it answers, with `{ origin, authority, child, log, stop }`.
 */
export async function startCodeServer({ folder, vsix, settings = {}, env, testDriver = false, restricted = false }) {
  fs.mkdirSync(path.join(folder, 'data/User'), { recursive: true });
  fs.writeFileSync(
    path.join(folder, 'data/User/settings.json'),
    JSON.stringify({ ...quiet, ...(restricted ? distrust : {}), ...settings }),
  );
  for (const file of vsix ? [vsix].flat() : [])
    await must(node, [entry, ...folders(folder), '--install-extension', file], { env: environment(folder) });
  const authority = `127.0.0.1:${await freePort()}`;
  const log = path.join(folder, 'server.log');
  const sink = fs.openSync(log, 'w');
  const child = start(
    node,
    [
      entry,
      ...['--bind-addr', authority, '--auth', 'none', ...folders(folder)],
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        ...(restricted ? [] : ['--disable-workspace-trust']),
        '--disable-getting-started-override',
        '--ignore-last-opened',
      ],
      ...['--vscode-option', 'disable-experiments', ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : [])],
    ],
    { env: environment(folder, env), stdio: ['ignore', sink, sink] },
  );
  fs.closeSync(sink);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const origin = `http://${authority}`;
  for (const began = Date.now(); !(await answers(`${origin}/healthz`)); await sleep(100)) {
    if (child.exitCode !== null || Date.now() - began > 60_000) {
      kill(child, 'SIGKILL');
      throw new Error(`code-server did not start:\n${fs.readFileSync(log, 'utf8')}`);
    }
  }
  const stop = async () => {
    kill(child);
    await Promise.race([ended, sleep(5000, undefined, { ref: false })]);
    kill(child, 'SIGKILL');
  };
  return { origin, authority, child, log, ended, stop };
}

const answers = async (url) => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

/** Encodes what has to be, and leaves paths readable. */
const encodeQuery = (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':');

/** Address of the editor on `folder`, with `file` open in it; the last two start tests in the extension host. All paths are absolute. */
export function editorUrl(server, { folder, file, extensionDevelopmentPath, extensionTestsPath }) {
  const payload = Object.entries({ openFile: file, extensionDevelopmentPath, extensionTestsPath })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, `vscode-remote://${server.authority}${encodeURI(value)}`]);
  const query = Object.entries({ folder, ...(payload.length > 0 && { payload: JSON.stringify(payload) }) });
  return `${server.origin}/?${query.map(([key, value]) => `${key}=${encodeQuery(value)}`).join('&')}`;
}
