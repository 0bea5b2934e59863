import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ModelDocument } from '../../src/extension/editor/document.js';
import type { Api } from '../../src/extension/extension.js';
import type { Plan } from '../../src/report/plan.js';
import { MemoryFiles } from './memoryFiles.js';
import { closeAll, ended, extension, inWorkspace, lenet, modelTabs, until, write } from './support.js';

const readJson = async (uri: vscode.Uri): Promise<Plan> =>
  JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))) as Plan;
const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );

describe('the user’s plan', () => {
  let api: Api;
  before(async () => {
    api = await extension();
  });
  afterEach(async () => {
    // a document with changes would ask
    for (const { uri } of api.documents) if (documentOf(uri)?.editing.dirty) await revertActive(uri);
    await closeAll();
  });

  const documentOf = (uri: vscode.Uri): ModelDocument | undefined =>
    [...api.documents].find((document) => document.uri.toString() === uri.toString());
  const show = (uri: vscode.Uri) => vscode.commands.executeCommand('vscode.openWith', uri, 'precisionLens.model');
  const revertActive = async (uri: vscode.Uri) => {
    await show(uri);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  };

  /** Opens a model and waits until its plan file was looked at. */
  const open = async (uri: vscode.Uri): Promise<ModelDocument> => {
    await show(uri);
    await ended(api, uri);
    const document = await until('the document', () => documentOf(uri));
    await document.analyzed();
    return document;
  };
  const first = ({ session }: ModelDocument): string => session.layers[0].name;
  const edit = (document: ModelDocument, weight: string | null): void =>
    document.editing.edit('Set scheme', [{ layer: first(document), weight }]);
  const tab = (uri: vscode.Uri) => modelTabs(uri)[0];
  const dot = (uri: vscode.Uri, shown: boolean) =>
    until(`a tab ${shown ? 'with' : 'without'} the dot`, () => (tab(uri).isDirty === shown ? true : undefined));
  const clean = (name: string) => Promise.resolve(vscode.workspace.fs.delete(inWorkspace(name))).catch(() => undefined);

  it('marks the tab, is undone, redone and saved beside the model, which stays as it is', async () => {
    await clean('edited.precision.json');
    const uri = await write('edited.onnx', lenet());
    const document = await open(uri);
    assert.equal(tab(uri).isDirty, false);
    edit(document, null);
    await dot(uri, true);
    await vscode.commands.executeCommand('undo');
    await dot(uri, false);
    assert.deepEqual(document.editing.draft.choices, []);
    await vscode.commands.executeCommand('redo');
    await dot(uri, true);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await dot(uri, false);
    const plan = await readJson(inWorkspace('edited.precision.json'));
    assert.equal(plan.model.file, 'edited.onnx');
    assert.deepEqual(plan.assignments[0].chosen, ['weight']);
    assert.equal(plan.assignments[0].weight, null);
    assert.equal(plan.assignments.length, document.session.layers.length);
    assert.deepEqual(Buffer.from(await vscode.workspace.fs.readFile(uri)), lenet());
  });

  it('is taken up again when the model is opened', async () => {
    await clean('again.precision.json');
    const uri = await write('again.onnx', lenet());
    edit(await open(uri), 'int8/channel/mse');
    await vscode.commands.executeCommand('workbench.action.files.save');
    await dot(uri, false);
    await closeAll();
    const { editing, notice } = await open(uri);
    assert.equal(editing.draft.choices[0].weight, 'int8/channel/mse');
    assert.equal(editing.dirty, false);
    assert.deepEqual(notice, { kind: 'taken', file: 'again.precision.json', layers: 1, budget: null });
  });

  it('of another model is not taken, and the page says why', async () => {
    const uri = await write('other.onnx', lenet());
    const document = await open(uri);
    const plan = await document.plan();
    await closeAll();
    await write('other.precision.json', JSON.stringify({ ...plan, model: { ...plan.model, sha256: 'f'.repeat(64) } }));
    const { editing, notice } = await open(uri);
    assert.deepEqual(editing.draft.choices, []);
    assert.equal(notice?.kind, 'refused');
    assert.match(notice.problem, /another version of "other.onnx"/);
    // nobody is there to agree to replacing it
    const other = await readJson(inWorkspace('other.precision.json'));
    const reopened = await until('the document', () => documentOf(uri));
    edit(reopened, null);
    await assert.rejects(reopened.save());
    assert.deepEqual(await readJson(inWorkspace('other.precision.json')), other);
    assert.equal(reopened.editing.dirty, true);
  });

  it('comes back by reverting to what was saved', async () => {
    await clean('reverted.precision.json');
    const uri = await write('reverted.onnx', lenet());
    const document = await open(uri);
    edit(document, 'int8/channel/mse');
    await vscode.commands.executeCommand('workbench.action.files.save');
    await dot(uri, false);
    edit(document, null);
    await dot(uri, true);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('what was saved', () => (document.editing.draft.choices[0].weight === 'int8/channel/mse' ? true : undefined));
    await dot(uri, false);
  });

  it('survives the window: what a backup keeps is what is restored', async () => {
    await clean('kept.precision.json');
    const uri = await write('kept.onnx', lenet());
    const document = await open(uri);
    edit(document, null);
    const backup = inWorkspace('kept.backup');
    await document.backup(backup);
    await document.revert();
    assert.deepEqual(document.editing.draft.choices, []);
    const restored = await api.openDocument(uri, backup.toString());
    try {
      await restored.analyzed();
      assert.equal(restored.editing.draft.choices[0].weight, null);
      assert.equal(restored.editing.dirty, true);
    } finally {
      restored.dispose();
    }
  });

  it('survives the death of its worker', async () => {
    const uri = await write('killed.onnx', lenet());
    const document = await open(uri);
    edit(document, null);
    await document.session.worker.thread!.terminate();
    const plan = await document.plan();
    assert.equal(plan.assignments[0].weight, null);
    assert.equal(document.editing.draft.choices.length, 1);
  });

  it('follows a plan file that something else writes, as long as nothing is unsaved', async () => {
    await clean('followed.precision.json');
    const uri = await write('followed.onnx', lenet());
    const document = await open(uri);
    const plan = await document.plan();
    const assignments = plan.assignments.map((one, i) => (i === 1 ? { ...one, weight: null, chosen: ['weight'] } : one));
    await write('followed.precision.json', JSON.stringify({ ...plan, assignments }));
    await until('the choices of the file', () => (document.editing.draft.choices.length === 1 ? true : undefined));
  });

  it('is never written over the model', async () => {
    const uri = await write('itself.onnx', lenet());
    const document = await open(uri);
    await assert.rejects(document.saveAs(uri), /the model itself/);
    assert.deepEqual(Buffer.from(await vscode.workspace.fs.readFile(uri)), lenet());
  });

  describe('of a model that only a provider can read', () => {
    let files: vscode.Disposable;
    before(() => {
      files = vscode.workspace.registerFileSystemProvider('plmem', new MemoryFiles());
    });
    after(() => {
      files.dispose();
    });

    it('is saved beside it', async () => {
      const uri = vscode.Uri.parse('plmem:/lenet.onnx');
      await vscode.workspace.fs.writeFile(uri, lenet());
      edit(await open(uri), null);
      await vscode.commands.executeCommand('workbench.action.files.save');
      await dot(uri, false);
      const plan = await readJson(vscode.Uri.parse('plmem:/lenet.precision.json'));
      assert.equal(plan.assignments[0].weight, null);
    });
  });

  it('leaves no unfinished files behind', async () => {
    const names = (await vscode.workspace.fs.readDirectory(inWorkspace('.'))).map(([name]) => name);
    assert.deepEqual(
      names.filter((name) => name.endsWith('.part')),
      [],
    );
    assert.ok(await exists(inWorkspace('edited.precision.json')));
  });
});
