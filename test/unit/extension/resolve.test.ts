import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidates, type Surroundings } from '../../../src/extension/hover/resolve.js';

const project: Surroundings = { folder: '/ws/src', workspace: ['/ws'], absolute: true };

describe('the files a string may mean', () => {
  it.each<[string, string, readonly string[]]>([
    ['a name, beside the document, then in the workspace', 'm.onnx', ['/ws/src/m.onnx', '/ws/m.onnx']],
    ['a path with dots', './a/../m.onnx', ['/ws/src/m.onnx', '/ws/m.onnx']],
    ['a path above the document, inside the workspace', '../models/m.onnx', ['/ws/models/m.onnx']],
    ['a path with backslashes', 'models\\m.onnx', ['/ws/src/models/m.onnx', '/ws/models/m.onnx']],
    ['a path from the root, of the workspace or the disk', '/models/m.onnx', ['/ws/models/m.onnx', '/models/m.onnx']],
    ['a path with a drive', 'C:\\models\\m.onnx', ['C:/models/m.onnx']],
    ['an extension in capitals', 'M.ONNX', ['/ws/src/M.ONNX', '/ws/M.ONNX']],
  ])('%s', (_, text, paths) => {
    expect(candidates(text, project)).toEqual(paths);
  });

  it.each([
    ['another kind of file', 'm.txt'],
    ['a URL', 'https://example.com/m.onnx'],
    ['a file URL', 'file:///ws/m.onnx'],
    ['a network share', '\\\\server\\share\\m.onnx'],
    ['a network share with slashes', '//server/share/m.onnx'],
    ['a path out of the workspace', '../../m.onnx'],
    ['a path out of the workspace that comes back in disguise', '../../ws-other/m.onnx'],
    ['a path above the root of the disk', '../../../../../../m.onnx'],
    ['a path relative to a drive', 'C:m.onnx'],
    ['a control character', 'm\0.onnx'],
    ['an endless name', `${'m'.repeat(2000)}.onnx`],
    ['nothing', ''],
  ])('are none for %s', (_, text) => {
    expect(candidates(text, project)).toEqual([]);
  });

  it('leave the disk alone where paths from its root are not allowed', () => {
    const careful = { ...project, absolute: false };
    expect(candidates('/models/m.onnx', careful)).toEqual(['/ws/models/m.onnx']);
    expect(candidates('C:/models/m.onnx', careful)).toEqual([]);
  });

  it('stay in the folder of a document that is outside of the workspace', () => {
    const loose = { folder: '/home/me', workspace: [], absolute: false };
    expect(candidates('m.onnx', loose)).toEqual(['/home/me/m.onnx']);
    expect(candidates('../you/m.onnx', loose)).toEqual([]);
  });

  it('are looked for in every workspace folder when the document is nowhere yet', () => {
    expect(candidates('m.onnx', { folder: undefined, workspace: ['/a', '/b'], absolute: false })).toEqual(['/a/m.onnx', '/b/m.onnx']);
  });

  it('work in a workspace that is the root of a drive', () => {
    expect(candidates('m.onnx', { folder: '/c:/src', workspace: ['/c:/'], absolute: false })).toEqual(['/c:/src/m.onnx', '/c:/m.onnx']);
  });

  it('never leave the workspace in one that is not trusted, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('.', '..', '/', '\\', 'a', 'C:', 'ws', ' '), maxLength: 12 });
    fc.assert(
      fc.property(text, (path) => {
        for (const found of candidates(`${path}.onnx`, { ...project, absolute: false })) {
          expect(found).toMatch(/^\/ws\//);
          expect(found.split('/')).not.toContain('..');
        }
      }),
    );
  });
});
