import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages, literalAt } from '../../../src/extension/hover/literal.js';

/** The literal at the `^` under the line, or at the first `m` of `model` or `m.onnx`. */
const at = (language: string, line: string, column = line.search(/m[^ ]*\.onnx/)) => literalAt(line, column, language)?.text;

describe('the literal under the cursor', () => {
  it.each([
    ['python', `session = InferenceSession("model.onnx")`, 'model.onnx'],
    ['python', `path = 'models/model.onnx'  # the "big" one`, 'models/model.onnx'],
    ['python', `path = r'models\\model.onnx'`, 'models\\model.onnx'],
    ['python', `path = 'models\\\\model.onnx'`, 'models\\model.onnx'],
    ['python', `path = "models\\model.onnx"`, 'models\\model.onnx'],
    ['python', `open("a.txt"), open("model.onnx")`, 'model.onnx'],
    ['python', `doc = """model.onnx"""`, 'model.onnx'],
    ['python', `name = f"model.onnx"`, 'model.onnx'],
    ['python', `x = "it's" + "model.onnx"`, 'model.onnx'],
    ['python', `x = "say \\"hi\\"" + "model.onnx"`, 'model.onnx'],
    ['javascript', 'await InferenceSession.create(`model.onnx`)', 'model.onnx'],
    ['javascriptreact', `<Model src="model.onnx" />`, 'model.onnx'],
    ['typescript', `const path = './assets/model.onnx';`, './assets/model.onnx'],
    ['typescriptreact', `const u = "m\\u006fdel.onnx";`, 'model.onnx'],
    ['json', `{ "path": "models\\/model.onnx" }`, 'models/model.onnx'],
    ['jsonc', `  "model.onnx", // default`, 'model.onnx'],
    ['yaml', `path: model.onnx`, 'model.onnx'],
    ['yaml', `path: "model.onnx" # quoted`, 'model.onnx'],
    ['yaml', `path: 'it''s model.onnx'`, "it's model.onnx"],
    ['yaml', `- models/model.onnx`, 'models/model.onnx'],
    ['yaml', `  - path: models/my model.onnx   # with a blank`, 'models/my model.onnx'],
    ['yaml', `models: [a.onnx, model.onnx, b.onnx]`, 'model.onnx'],
    ['yaml', `{a: "x", path: model.onnx}`, 'model.onnx'],
    ['yaml', `{"path":"model.onnx"}`, 'model.onnx'],
    ['yaml', `path: C:\\models\\model.onnx`, 'C:\\models\\model.onnx'],
    ['yaml', `path: !file &m model.onnx`, 'model.onnx'],
    ['yaml', `model.onnx: 4`, 'model.onnx'],
  ])('in %s, %s', (language, line, text) => {
    expect(at(language, line, line.search(/\.onnx(?!, m)/))).toBe(text);
  });

  it.each([
    ['a comment', 'python', `# "model.onnx"`],
    ['a comment', 'typescript', `// 'model.onnx'`],
    ['a comment', 'yaml', `key: value # model.onnx`],
    ['code', 'python', `model.onnx.load()`],
    ['a string that is not closed', 'python', `x = "model.onnx`],
    ['a string with a computed part', 'python', `f"{folder}/model.onnx"`],
    ['a template with a computed part', 'typescript', '`${folder}/model.onnx`'],
    ['bytes', 'python', `b"model.onnx"`],
    ['single quotes, which JSON does not have,', 'json', `'model.onnx'`],
    ['the head of a block scalar', 'yaml', `text: | model.onnx`],
    ['another language', 'cpp', `"model.onnx"`],
    ['a property of Object', 'constructor', `"model.onnx"`],
  ])('is not seen in %s (%s)', (_, language, line) => {
    expect(at(language, line)).toBeUndefined();
  });

  it('covers its quotes and nothing beside them', () => {
    const line = `f("model.onnx")`;
    const covered = Array.from(line, (_, column) => literalAt(line, column, 'python') !== undefined);
    expect(covered.indexOf(true)).toBe(2);
    expect(covered.lastIndexOf(true)).toBe(13);
    expect(literalAt(line, 5, 'python')).toEqual({ text: 'model.onnx', start: 2, end: 14 });
  });

  it('is found wherever JSON writes a string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, seed) => {
        const literal = JSON.stringify(text);
        const line = `{"key": ${literal}}`;
        expect(literalAt(line, 8 + (seed % literal.length), 'json')).toEqual({ text, start: 8, end: 8 + literal.length });
      }),
    );
  });

  it('lies within the line and around the cursor, whatever the line', () => {
    const characters = fc.constantFrom(...Array.from(`"'\`\\#/:,-[]{}&!|$ amx.\u{1f600}`));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 40 }), fc.nat(45), fc.constantFrom(...languages), (line, column, language) => {
        const found = literalAt(line, column, language);
        if (!found) return;
        expect(found.start).toBeLessThanOrEqual(column);
        expect(found.end).toBeGreaterThan(column);
        expect(found.end).toBeLessThanOrEqual(line.length);
      }),
    );
  });
});
