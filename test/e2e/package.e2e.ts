import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';

const { vsix, installed } = inject('window');

describe('the installed package', () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name)));

  it('holds every file that the manifest names', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as { main: string; icon: string; bin: object };
    const named = [manifest.main, manifest.icon, ...(Object.values(manifest.bin) as string[])].map((file) => path.normalize(file));
    expect(files).toEqual(expect.arrayContaining([...named, 'package.nls.json', 'readme.md', 'changelog.md', 'LICENSE.txt']));
  });

  it('holds what the bundles load', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/worker.js',
        'dist/lane.js',
        'dist/page.js',
        'dist/codicon.css',
        'dist/codicon.ttf',
        'dist/ort-wasm-simd-threaded.wasm',
      ]),
    );
  });

  it('has a page that loads quickly: one script under 700 kB', () => {
    expect(statSync(path.join(installed, 'dist/page.js')).size).toBeLessThan(700e3);
  });

  it('holds nothing of development', () => {
    const development = files.filter((file) =>
      /\.(ts|map|vsix|onnx|py)$|^node_modules\/|(^|\/)(src|test|scripts|samples|bench|\.\w[^/]*)\//.test(file),
    );
    expect(development).toEqual([]);
  });

  it('holds the native runtime for this platform, and for no other', () => {
    const binaries = files.filter((file) => /\.(node|so(\.\d+)*|dylib|dll)$/.test(file));
    const folder = path.join('dist/node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch);
    expect(binaries.map((file) => path.dirname(file))).toEqual(binaries.map(() => folder));
    expect(binaries.map((file) => path.basename(file))).toContain('onnxruntime_binding.node');
    expect(binaries).toHaveLength(2);
  });

  it('is little more than ONNX Runtime, native and in WebAssembly: under 30 MB, of which 8 MB unpacked are ours', () => {
    expect(statSync(vsix).size).toBeLessThan(30e6);
    const ours = files.filter((file) => /^dist\/(?!node_modules|ort-wasm)/.test(file));
    expect(ours.reduce((sum, file) => sum + statSync(path.join(installed, file)).size, 0)).toBeLessThan(8e6);
  });
});
