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
        'dist/page.js',
        'dist/codicon.css',
        'dist/codicon.ttf',
        'dist/ort-wasm-simd-threaded.wasm',
      ]),
    );
  });

  it('holds nothing of development', () => {
    const development = files.filter((file) =>
      /\.(ts|map|vsix|onnx|py)$|(^|\/)(node_modules|src|test|scripts|samples|bench|\.\w[^/]*)\//.test(file),
    );
    expect(development).toEqual([]);
  });

  it('downloads in a moment: under 7 MB, more than half of it ONNX Runtime in WebAssembly', () => {
    expect(statSync(vsix).size).toBeLessThan(7e6);
  });
});
