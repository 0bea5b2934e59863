// What the tests need of the system, installed by apt where we may.
import fs from 'node:fs';
import { findBrowser } from './browser.mjs';
import { must, run } from './run.mjs';
import { step } from './terminal.mjs';

const needs = {
  browser: { packages: ['chromium'], found: () => findBrowser() !== undefined },
  onnxTestData: { packages: ['libonnx-testdata'], found: () => fs.existsSync('/usr/share/libonnx-testdata') },
};

/** `[]` as root, `['sudo', '-n']` where sudo asks no password, undefined where nothing can be installed. */
async function installer() {
  if (!fs.existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = await run('sudo', ['-n', 'true']).catch(() => ({ code: 1 }));
  return sudo.code === 0 ? ['sudo', '-n'] : undefined;
}

/** Installs the packages behind `names` that are missing; throws with the one line that says what to install when that is not possible. */
export async function ensureSystemPackages(names) {
  const packages = names.filter((name) => !needs[name].found()).flatMap((name) => needs[name].packages);
  if (packages.length === 0) return;
  const prefix = await installer();
  if (!prefix)
    throw new Error(`These tests need ${packages.join(' and ')}: install it, e.g. with: sudo apt-get install ${packages.join(' ')}`);
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return must(command, rest);
  };
  await step(`Installing ${packages.join(', ')} (apt-get)`, async () => {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...packages);
  });
}
