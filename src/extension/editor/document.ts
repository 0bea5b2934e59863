import * as vscode from 'vscode';
import type { Plan } from '../../report/plan.js';
import { PlanFileError } from '../../report/readPlan.js';
import { unpackPlan } from '../../rpc/packedPlan.js';
import type { PlanNotice, YourPlan } from '../../rpc/page.js';
import type { Lease } from '../models/leases.js';
import { baseName, FileError } from '../models/modelFile.js';
import type { ModelSession } from '../models/session.js';
import type { RunSettings } from '../../report/runSettings.js';
import type { UserPlan } from '../../report/userPlanJob.js';
import { editing, emptyDraft, type Draft, type Editing, type Step } from './editing.js';
import { backupText, isPlanOf, planFileName, planText, readBackup, readDraft } from './planFile.js';
import { shownPlans, type ShownPlans } from './shownPlans.js';
import { writeWhole } from './writeWhole.js';

/** A model with the plan that the user makes of it. The model itself is never written. It keeps the session, and so the worker, in use. */
export interface ModelDocument extends vscode.CustomDocument {
  readonly session: ModelSession;
  readonly editing: Editing;
  /** What plans of the model cost and did. */
  readonly shown: ShownPlans;
  /** What the user should know about where the plan comes from. */
  readonly notice: PlanNotice | null;
  /** What the plan costs by now; null while nothing was decided or found. */
  readonly yours: YourPlan | null;
  /** Calls `look` when the notice or what the plan costs is another one, until the function that is returned is called. */
  watch(look: () => void): () => void;
  /** The model was analyzed: a plan beside it is taken up, once for each version of the file. */
  analyzed(): Promise<void>;
  /** The plan of the user, as it is now. Rejects, with a line for the user, when the model cannot be read. */
  plan(): Promise<Plan>;
  /** Saves the plan beside the model, or where the user says. Rejects with CancellationError when the user declines. */
  save(): Promise<void>;
  saveAs(target: vscode.Uri): Promise<void>;
  /** Goes back to what is saved. */
  revert(): Promise<void>;
  backup(target: vscode.Uri): Promise<void>;
  /** The plan file was changed by something else. */
  readonly touched: (file: vscode.Uri) => void;
}

const decoder = new TextDecoder();

const readText = (uri: vscode.Uri): Promise<string | undefined> =>
  Promise.resolve(vscode.workspace.fs.readFile(uri)).then(
    (bytes) => decoder.decode(bytes),
    () => undefined,
  );

const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];

/** The file that the plan of the model at `uri` is saved in. */
export const planUri = (uri: vscode.Uri): vscode.Uri =>
  uri.with({ path: `${uri.path.slice(0, uri.path.lastIndexOf('/') + 1)}${planFileName(baseName(uri))}`, query: '', fragment: '' });

const isReadOnly = (error: unknown): boolean =>
  error instanceof vscode.FileSystemError
    ? error.code === 'NoPermissions' || error.code === 'Unavailable'
    : /EROFS|EACCES|EPERM/.test(lineOf(error));

/**
 * @param step told of every step that can be undone
 * @param backupId what a window that was closed kept
 * @param request what a plan would be run on now
 */
export async function openDocument(
  uri: vscode.Uri,
  lease: Lease<ModelSession>,
  step: (document: ModelDocument, step: Step) => void,
  backupId: string | undefined,
  request: () => RunSettings,
  log: vscode.LogOutputChannel,
): Promise<ModelDocument> {
  const session = lease.value;
  const file = planUri(uri);
  const lookers = new Set<() => void>();
  const draft = editing(
    () => session.layers,
    (done) => step(document, done),
  );
  /** The plan file as it was last taken or written here: what may be replaced without asking. */
  let known: string | undefined;
  /** Hash of the model that the draft is of. */
  let model: string | undefined;
  let notice: PlanNotice | null = null;
  let yours: YourPlan | null = null;
  let restored = false;
  /** The user was asked where to save, or whether to replace a file, and declined. */
  let refused = false;
  /** Where the user wants the plan, as it cannot lie beside the model. */
  let elsewhere: vscode.Uri | undefined;

  const tell = (): void => lookers.forEach((look) => look());
  const notify = (next: PlanNotice | null): void => {
    notice = next;
    tell();
  };

  if (backupId !== undefined) {
    const text = await readText(vscode.Uri.parse(backupId));
    const kept = readBackup(text ?? '');
    if (!kept) log.error(`${uri.toString(true)}: the backup ${backupId} ${text === undefined ? 'cannot be read' : 'is damaged'}`);
    else {
      draft.restore(kept, false);
      restored = true;
    }
  }

  /** What the plan file says for the model as it is; an empty draft where there is none, or none of this model. */
  const load = async (): Promise<Draft> => {
    const report = await session.analyze();
    known = undefined;
    const text = await readText(file);
    if (text === undefined || report.model.sha256 === null) {
      notify(null);
      return emptyDraft;
    }
    try {
      const { file: name, sha256 } = report.model;
      const read = readDraft(text, { file: name, sha256, layers: report.layers });
      known = text;
      notify({ kind: 'taken', file: baseName(file), layers: read.choices.length, budget: read.found?.budget ?? null });
      return read;
    } catch (error) {
      if (!(error instanceof PlanFileError)) throw error;
      notify({ kind: 'refused', file: baseName(file), problem: error.message });
      return emptyDraft;
    }
  };

  const shown = shownPlans(uri, session, () => draft.draft, request);
  const planOf = (now: Draft): Promise<UserPlan> => shown.ofDraft(now);

  /** Works out what the draft costs; of several changes at once the last one counts. */
  let wanted = 0;
  const refresh = async (): Promise<void> => {
    const mine = ++wanted;
    const now = draft.draft;
    let next: YourPlan | null = null;
    if (session.state.kind === 'done' && (now.choices.length > 0 || now.found)) {
      try {
        const { plan, measured } = await planOf(now);
        const { predicted, measured: ran, evidence, budget } = plan;
        next = { layers: now.choices.length, totals: predicted, measured: ran, evidence, budget, errors: measured, problem: null };
      } catch (error) {
        next = {
          layers: now.choices.length,
          totals: null,
          measured: null,
          evidence: 'weights',
          budget: '',
          errors: [],
          problem: lineOf(error),
        };
      }
    }
    if (mine !== wanted) return;
    yours = next;
    tell();
  };
  const listeners = [
    draft.watch(() => void refresh()),
    session.run.watch(({ kind }) => {
      if (kind === 'cleared' || kind === 'head') void refresh();
    }),
    session.trials.watch(() => {
      if (session.trials.state.kind === 'done') void refresh();
    }),
    session.plan.watch(({ kind }) => {
      const found = kind === 'found' ? session.plan.found : undefined;
      if (found) draft.adopt(vscode.l10n.t('Plan for {0}', found.plan.budget), unpackPlan(found.plan));
    }),
  ];

  const write = async (target: vscode.Uri): Promise<void> => {
    const now = draft.draft;
    const text = planText((await planOf(now)).plan);
    await writeWhole(target, new TextEncoder().encode(text));
    if (target.toString() === file.toString()) {
      known = text;
      notice = null;
    }
    refused = false;
    draft.saved(now);
  };

  const declined = (): never => {
    refused = true;
    throw new vscode.CancellationError();
  };
  /** Saving by itself after each change must not ask again what was declined. */
  const asksNoMore = (): boolean => refused && vscode.workspace.getConfiguration('files', uri).get('autoSave') !== 'off';

  /** A file that is there, and that neither was read nor is a plan of this model, is not replaced before the user says so. */
  const mayReplace = async (target: vscode.Uri): Promise<boolean> => {
    const text = await readText(target);
    if (text === undefined || (target.toString() === file.toString() && text === known)) return true;
    if (asksNoMore()) return false;
    const { model: own } = await session.analyze();
    const name = baseName(target);
    const message =
      own.sha256 !== null && isPlanOf(text, own.sha256)
        ? vscode.l10n.t('{0} was changed since it was read. Replace it with the plan in this editor?', name)
        : vscode.l10n.t('{0} is not a plan for this model. Replace it?', name);
    const replace = vscode.l10n.t('Replace');
    return (await vscode.window.showWarningMessage(message, { modal: true }, replace)) === replace;
  };

  const ask = async (): Promise<void> => {
    if (asksNoMore()) return declined();
    const target = await vscode.window.showSaveDialog({
      defaultUri: file,
      filters: { [vscode.l10n.t('Plan')]: ['precision.json', 'json'] },
      title: vscode.l10n.t('The folder of the model cannot be written to. Where is the plan to be saved?'),
    });
    if (!target) return declined();
    await document.saveAs(target);
    elsewhere = target;
  };

  const settle = async (): Promise<void> => {
    const { sha256 } = (await session.analyze()).model;
    const before = model;
    // the advice may be another one, with other totals
    if (before === (sha256 ?? undefined)) return refresh();
    const touched = restored || draft.dirty;
    restored = false;
    const read = touched ? undefined : await load();
    model = sha256 ?? undefined;
    if (read && !draft.dirty) {
      draft.restore(read, true);
      return;
    }
    // decisions that nobody has saved stay, also for a model that was written anew
    if (before !== undefined) notify({ kind: 'kept', layers: draft.draft.choices.length });
    const text = await readText(file);
    known = text !== undefined && sha256 !== null && isPlanOf(text, sha256) ? text : undefined;
    await refresh();
  };
  /** One after the other: several pages may ask at once. */
  let settling = Promise.resolve();

  const document: ModelDocument = {
    uri,
    session,
    editing: draft,
    shown,
    get notice() {
      return notice;
    },
    get yours() {
      return yours;
    },
    watch(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },

    analyzed: () => (settling = settling.then(settle, settle)),

    plan: async () => (await planOf(draft.draft)).plan,

    async save() {
      if (elsewhere) return write(elsewhere);
      if (vscode.workspace.fs.isWritableFileSystem(file.scheme) === false) return ask();
      if (!(await mayReplace(file))) return declined();
      try {
        await write(file);
      } catch (error) {
        if (!isReadOnly(error)) throw error;
        await ask();
      }
    },

    async saveAs(target) {
      if (target.path === uri.path && target.scheme === uri.scheme)
        throw new FileError(vscode.l10n.t('{0} is the model itself; choose another name.', baseName(target)));
      await write(target);
    },

    async revert() {
      draft.restore(await load(), true);
    },

    async backup(target) {
      await writeWhole(target, new TextEncoder().encode(backupText(draft.draft)));
    },

    touched(changed) {
      if (changed.toString() !== file.toString() || draft.dirty || model === undefined) return;
      void readText(file).then(async (text) => {
        if (text !== known && !draft.dirty) draft.restore(await load(), true);
      });
    },

    dispose() {
      for (const stop of listeners) stop();
      lease.dispose();
    },
  };
  return document;
}
