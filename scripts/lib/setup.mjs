// Makes a checkout ready: dependencies as the lockfile says, bundles as the sources say. Uses nothing but Node.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { inRoot, root } from './paths.mjs';
import { must } from './run.mjs';
import { step } from './terminal.mjs';

const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Is what npm says it installed what the lockfile asks for? Packages for other platforms may be absent. */
export function dependenciesCurrent(lock, installed) {
  if (!lock || !installed) return false;
  return Object.entries(lock.packages).every(([name, wanted]) => {
    if (name === '') return true;
    const found = installed.packages[name];
    return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true;
  });
}

/** Runs `npm ci` when `node_modules` is missing or is not what the lockfile asks for. */
export async function installDependencies() {
  if (dependenciesCurrent(readJson(inRoot('package-lock.json')), readJson(inRoot('node_modules/.package-lock.json')))) return;
  // onnxruntime-node's post-install would fetch CUDA parts; the CPU library is inside the package already
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress'];
  await step('Installing dependencies (npm ci)', () => must('npm', args, { cwd: root, env }));
}

const sources = [
  'src',
  'webview-ui',
  'l10n',
  'scripts/compile-kernels.mjs',
  'scripts/kernels-loader.mjs',
  'webpack.config.mjs',
  'package.json',
  'package-lock.json',
];
const bundles = ['dist/cli.js', 'dist/extension.js', 'dist/worker.js', 'dist/lane.js', 'dist/page.js'];
const stamp = inRoot('node_modules/.cache/precision-lens/built');

function* filesUnder(relative) {
  const found = fs.statSync(inRoot(relative), { throwIfNoEntry: false });
  if (found?.isFile()) yield relative;
  if (found?.isDirectory()) for (const name of fs.readdirSync(inRoot(relative)).sort()) yield* filesUnder(`${relative}/${name}`);
}

function sourcesDigest() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => [...filesUnder(source)]))
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(inRoot(file)))
      .update('\0');
  return hash.digest('hex');
}

/** Builds the bundles for production when the sources are not those of the last build. */
export async function build() {
  const digest = sourcesDigest();
  const built = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest;
  if (built && bundles.every((file) => fs.existsSync(inRoot(file)))) return;
  await step('Building (webpack)', () => must('npx', ['--no-install', 'webpack', '--mode', 'production'], { cwd: root }));
  fs.mkdirSync(inRoot('node_modules/.cache/precision-lens'), { recursive: true });
  fs.writeFileSync(stamp, digest);
}
