import { isDeepStrictEqual } from 'node:util';
import { completed, edited, type ChosenLayer, type Choices } from '../../report/choices.js';
import type { Plan } from '../../report/plan.js';

/** What the user has made of a model's plan. */
export interface Draft {
  readonly choices: Choices;
  /** The plan that was found and that the choices lie over; null: they lie over the advice. */
  readonly found: Plan | null;
}

export const emptyDraft: Draft = { choices: [], found: null };

/** A step that was done, for the undo stack of VS Code. */
export interface Step {
  readonly label: string;
  readonly undo: () => void;
  readonly redo: () => void;
}

/** One model's draft: how it stands, and who is told when it changes. */
export interface Editing {
  readonly draft: Draft;
  /** Whether it differs from what is saved. */
  readonly dirty: boolean;
  /** Changes choices, with all that goes with them; nothing happens when nothing changes. */
  edit(label: string, choices: Choices): void;
  /** Takes another plan for the choices to lie over. */
  adopt(label: string, found: Plan | null): void;
  /** The draft is what is in the file. */
  saved(draft: Draft): void;
  /** Puts `draft` in place of what is there, without a step: it was read from a file. `clean`: from the one it is saved in. */
  restore(draft: Draft, clean: boolean): void;
  /** Calls `look` after every change, until the function that is returned is called. */
  watch(look: () => void): () => void;
}

/**
 * @param layers the model's layers as far as they are known
 * @param done told of every step
 */
export function editing(layers: () => readonly ChosenLayer[], done: (step: Step) => void): Editing {
  let draft = emptyDraft;
  let clean = emptyDraft;
  const lookers = new Set<() => void>();
  const become = (next: Draft): void => {
    draft = next;
    lookers.forEach((look) => look());
  };
  const step = (label: string, next: Draft): void => {
    const before = draft;
    if (isDeepStrictEqual(next, before)) return;
    become(next);
    done({ label, undo: () => become(before), redo: () => become(next) });
  };
  return {
    get draft() {
      return draft;
    },
    get dirty() {
      return !isDeepStrictEqual(draft, clean);
    },
    edit(label, choices) {
      const known = layers();
      const whole = completed(draft.choices, choices, known);
      const names = known.map(({ name }) => name);
      step(label, { ...draft, choices: edited(draft.choices, whole, names) });
    },
    adopt: (label, found) => step(label, { ...draft, found }),
    saved(what) {
      clean = what;
      lookers.forEach((look) => look());
    },
    restore(what, isClean) {
      if (isClean) clean = what;
      become(what);
    },
    watch(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },
  };
}
