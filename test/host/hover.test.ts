import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, extension, lenet, until, write } from './support.js';

/** What hovers say at the first `.onnx` of `document`. */
async function hoverAt(document: vscode.TextDocument): Promise<vscode.MarkdownString[]> {
  const position = document.positionAt(document.getText().indexOf('.onnx'));
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  return hovers.flatMap(({ contents }) => contents).filter((content) => content instanceof vscode.MarkdownString);
}

/** A file beside the models. Unsaved documents would be opened in editors by VS Code behind the tests' back, and closed again. */
const saved = async (suffix: string, content: string): Promise<vscode.TextDocument> =>
  vscode.workspace.openTextDocument(await write(`use${++written}.${suffix}`, content));
let written = 0;

/** The hover once the analysis is through: the first one may come before. */
const finished = (document: vscode.TextDocument): Promise<string> =>
  until('a full hover', async () => {
    const [text] = (await hoverAt(document)).map(({ value }) => value).filter((value) => value.includes('onnx'));
    return text === undefined || text.includes('running') ? undefined : text;
  });

describe('the hover over a string that names a model', () => {
  before(async () => {
    await extension();
    await write('models/lenet.onnx', lenet());
    await write('models/broken.onnx', 'This is no model.\n');
  });
  afterEach(closeAll);

  for (const [suffix, content] of [
    ['py', `session = InferenceSession("models/lenet.onnx")`],
    ['ts', `const session = await InferenceSession.create('./models/lenet.onnx');`],
    ['js', 'load(`models/lenet.onnx`)'],
    ['json', `{ "model": "models/lenet.onnx" }`],
    ['yaml', `model: models/lenet.onnx`],
  ] as const) {
    it(`tells its figures and its most sensitive layers (.${suffix})`, async () => {
      const text = await finished(await saved(suffix, content));
      assert.match(text, /61,706 parameters · opset \d+/);
      assert.match(text, /Most sensitive layers \(from the weights alone\):/);
      assert.equal(text.match(/^- .+: \d+ bits, SQNR [\d.]+ dB$/gm)?.length, 3, text);
    });
  }

  it('finds a file from the folder of the document', async () => {
    const uri = await write('models/beside.py', `path = 'lenet.onnx'\n`);
    assert.match(await finished(await vscode.workspace.openTextDocument(uri)), /61,706 parameters/);
  });

  it('finds a file from the workspace for a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: `"models/lenet.onnx"` });
    await vscode.window.showTextDocument(document);
    assert.match(await finished(document), /61,706 parameters/);
  });

  it('links to the editor, and may run nothing else', async () => {
    const document = await saved('py', `"models/lenet.onnx"`);
    await finished(document);
    const [markdown] = await hoverAt(document);
    assert.deepEqual(markdown.isTrusted, { enabledCommands: ['precisionLens.analyze'] });
    assert.match(markdown.value, /\[Open in Precision Lens\]\(command:precisionLens\.analyze\?[^()\s]+\)/);
  });

  it('tells in one line why a file is no model', async () => {
    const text = await finished(await saved('py', `"models/broken.onnx"`));
    assert.equal(text.split('\n\n').length, 3, text);
    assert.doesNotMatch(text, /parameters/);
  });

  it('says nothing of files that are not there, and of strings that name none', async () => {
    for (const text of [
      '"models/missing.onnx"',
      '"models"',
      '# "models/lenet.onnx"',
      '"../../../../etc/x.onnx"',
      '"https://host.test/lenet.onnx"',
    ]) {
      assert.deepEqual(await hoverAt(await saved('py', text)), [], text);
    }
  });

  it('says nothing when it is switched off', async () => {
    const settings = vscode.workspace.getConfiguration('precisionLens');
    await settings.update('hover.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await hoverAt(await saved('py', `"models/lenet.onnx"`)), []);
    } finally {
      await settings.update('hover.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
