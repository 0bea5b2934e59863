// npm start [-- MODEL] [-- --once]: sets everything up, analyzes a model in the terminal, then opens the editor on it.
import './lib/check-node.mjs';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { editorUrl, ensureCodeServer, startCodeServer } from './lib/code-server.mjs';
import { canDownload, codeOnPath, downloadedCode, settings, windowArguments } from './lib/desktop.mjs';
import { packageExtension } from './lib/package.mjs';
import { inRoot } from './lib/paths.mjs';
import { run, start } from './lib/run.mjs';
import { build, installDependencies } from './lib/setup.mjs';
import { script } from './lib/terminal.mjs';

const usage = 'usage: npm start [-- MODEL] [-- --once]';

function parse(args) {
  const [model = inRoot('samples/lenet/lenet5-mnist.onnx'), ...more] = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--' && arg !== '--once');
  if (unknown || more.length > 0) throw Object.assign(new Error(`${unknown ?? more[0]}: not understood. ${usage}`), { exitCode: 2 });
  // npm runs this in the checkout; a relative path is meant from where the user is
  return { model: path.resolve(process.env.INIT_CWD ?? '.', model), once: args.includes('--once') };
}

/** Opens a window of the desktop's own VS Code; false when it did not start. */
async function openDesktop(code, model) {
  const profile = process.getuid?.() === 0 ? fs.mkdtempSync(path.join(os.tmpdir(), 'precision-lens-')) : undefined;
  console.log(`Opening ${path.basename(model)} in VS Code`);
  return (await run(code, windowArguments(path.dirname(model), model, profile), { show: true })).code === 0;
}

/** Opens the fetched VS Code, which stays in the foreground, with a profile of its own. */
async function openDownloaded(model) {
  const executable = await downloadedCode();
  const profile = inRoot('.vscode-test/profile');
  fs.mkdirSync(path.join(profile, 'User'), { recursive: true });
  fs.writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify(settings));
  console.log(`Opening ${path.basename(model)} in VS Code`);
  const child = start(executable, windowArguments(path.dirname(model), model, profile), { stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
}

/** Serves the editor on 127.0.0.1 until Ctrl-C. */
async function serve(model) {
  await ensureCodeServer();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'precision-lens-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const server = await startCodeServer({ folder, vsix: await packageExtension(), settings });
  console.log(`\nThe editor is at\n  ${editorUrl(server, { folder: path.dirname(model), file: model })}\nCtrl-C ends it.`);
  await server.ended;
  throw new Error(`code-server ended:\n${fs.readFileSync(server.log, 'utf8')}`);
}

script(async () => {
  const { model, once } = parse(process.argv.slice(2));
  await installDependencies();
  await build();
  console.log();
  const { code } = await run(process.execPath, [inRoot('dist/cli.js'), 'analyze', model], { show: true });
  if (code !== 0 || once) return code ?? 1;
  console.log();
  const desktop = codeOnPath();
  if (desktop && (await openDesktop(desktop, model))) return 0;
  if (await canDownload()) return openDownloaded(model);
  return serve(model);
});
