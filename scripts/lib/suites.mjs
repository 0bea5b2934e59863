// What `npm test` runs. A suite resolves with `{ passed, failed, retried?, output }`: `retried` are the lines of tests that passed at the second try only,
// `output` is what to show when something failed.
import fs from 'node:fs';
import { ensureCodeServer } from './code-server.mjs';
import { runHostTests } from './host-tests.mjs';
import { packageExtension } from './package.mjs';
import { inRoot, root } from './paths.mjs';
import { must, run } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { step } from './terminal.mjs';

/** No suite takes this long: one that does hangs. */
const timeout = 20 * 60_000;

/** Output that is kept, and shown only when something failed, has no use for colours. */
const plain = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };

/** A suite that is one or more commands of package.json, and counts as one test. */
const check =
  (...scripts) =>
  async () => {
    const runs = [];
    for (const name of scripts) runs.push(await run('npm', ['run', '--silent', name], { cwd: root, timeout, env: plain }));
    const failed = runs.some(({ code }) => code !== 0);
    return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, output: runs.map(({ output }) => output).join('') };
  };

/** Runs a vitest project and counts its tests; a file that does not load counts as one failed. */
async function vitest(project, { files = [], env = {}, reporter = 'default' } = {}) {
  const report = inRoot('out/results', `${project}.json`);
  fs.rmSync(report, { force: true });
  const args = [
    '--no-install',
    'vitest',
    'run',
    '--project',
    project,
    `--reporter=${reporter}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...files,
  ];
  const { code, output } = await run('npx', args, { cwd: root, timeout, env: { ...plain, ...env } });
  if (!fs.existsSync(report)) return { passed: 0, failed: 1, output };
  const results = JSON.parse(fs.readFileSync(report, 'utf8'));
  const unloaded = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = results.numPassedTests;
  const failed = results.numFailedTests + unloaded.length;
  const hidden = failed === 0 && (code !== 0 || passed === 0); // an error outside every test, or no test at all
  const retried = output.split('\n').filter((line) => /\(retry x\d+\)/.test(line));
  return { passed, failed: hidden ? 1 : failed, retried, output };
}

const materials = () => step('Fetching models that others made', () => must('node', [inRoot('scripts/materials.mjs')], { cwd: root }));

async function golden() {
  await ensureSystemPackages(['onnxTestData']);
  await materials();
  return vitest('golden');
}

async function host() {
  const { passed, failures } = await runHostTests();
  const empty = passed === 0 && failures.length === 0 ? ['no test ran'] : [];
  const output = [...empty, ...failures.map(({ title, error }) => `✗ ${title}\n${error}`)];
  return { passed, failed: output.length, output: output.join('\n') };
}

async function e2e({ screenshots }) {
  await ensureSystemPackages(['browser']);
  await ensureCodeServer();
  await materials();
  const env = { PRECISION_LENS_VSIX: await packageExtension() };
  return screenshots
    ? vitest('e2e', { files: ['screenshots'], env: { ...env, PRECISION_LENS_SCREENSHOTS: inRoot('docs/images') } })
    : vitest('e2e', { env, reporter: 'verbose' }); // the one that tells which tests needed a second try
}

/** In the order they run: the quick ones first. */
export const suites = {
  types: check('check:types'),
  lint: check('lint'),
  architecture: check('check:architecture'),
  unused: check('check:unused'),
  unit: () => vitest('unit'),
  golden,
  host,
  e2e,
};
