// npm test [SUITE…]: sets everything up, runs the suites one after the other and ends with the sum of passed and failed tests.
import './lib/check-node.mjs';
import { installDependencies } from './lib/setup.mjs';
import { suites } from './lib/suites.mjs';
import { script } from './lib/terminal.mjs';

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Runs one suite; one that cannot run counts as one failed test. */
async function outcome(name, options) {
  try {
    return await suites[name](options);
  } catch (error) {
    return { passed: 0, failed: 1, output: error.message };
  }
}

script(async () => {
  const args = process.argv.slice(2);
  const screenshots = args.includes('--screenshots');
  const names = args.filter((arg) => arg !== '--screenshots');
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown) throw Object.assign(new Error(`${unknown}: no such suite. There are: ${Object.keys(suites).join(' ')}`), { exitCode: 2 });
  await installDependencies();

  const sum = { passed: 0, failed: 0 };
  for (const name of names.length > 0 ? names : Object.keys(suites)) {
    const began = performance.now();
    console.log(`▸ ${name}`);
    const { passed, failed, retried = [], output } = await outcome(name, { screenshots });
    if (failed > 0) console.log(output.trimEnd());
    console.log(`${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed in ${seconds(performance.now() - began)}`);
    for (const line of retried) console.log(`  at the second try: ${line.trim()}`);
    sum.passed += passed;
    sum.failed += failed;
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed > 0 ? 1 : 0;
});
