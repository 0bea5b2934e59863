// The native ONNX Runtime that travels inside the package: what of it one platform needs.
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

const runtime = 'node_modules/onnxruntime-node';
const binaries = `${runtime}/bin/napi-v6`;
/** Twins of files that are there under the name that is loaded, and what is loaded only for graphics processors, which are not used. */
const unused = /^(libonnxruntime\.\d+\.\d+\.\d+\.dylib|DirectML\.dll|dxcompiler\.dll|dxil\.dll)$/;

/** The package for every platform: models run in WebAssembly there. */
export const universal = 'universal';

/** Platforms, by VS Code's names, that the runtime has a build for. */
export const nativeTargets = () =>
  fs.readdirSync(inRoot(binaries)).flatMap((system) => fs.readdirSync(inRoot(binaries, system)).map((machine) => `${system}-${machine}`));

/** The builds for Linux need glibc. */
const isMusl = () => process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;

export function ownTarget() {
  const target = `${process.platform}-${process.arch}`;
  return nativeTargets().includes(target) && !isMusl() ? target : universal;
}

const copy = (from, to) => fs.cpSync(inRoot(from), path.join(to, from), { recursive: true });

/** Copies what `target` needs of the runtime to `folder`, under `node_modules`. */
export function copyNativeRuntime(target, folder) {
  if (target === universal) return;
  const [system, machine] = target.split('-');
  const binary = `${binaries}/${system}/${machine}`;
  for (const name of fs.readdirSync(inRoot(binary))) if (!unused.test(name)) copy(`${binary}/${name}`, folder);
  for (const part of [runtime, 'node_modules/onnxruntime-common']) {
    const scripts = part === runtime ? 'dist' : 'dist/cjs';
    copy(`${part}/package.json`, folder);
    for (const name of fs.readdirSync(inRoot(part, scripts))) if (/\.(js|json)$/.test(name)) copy(`${part}/${scripts}/${name}`, folder);
  }
}
