import type { Memento } from 'vscode';

/** What a model is fed. */
export interface InputsChoice {
  /** Path of a file or folder; generated inputs when null. */
  readonly inputs: string | null;
  /** Path of a class for every sample. */
  readonly labels: string | null;
  /** False: the user went back to the weights since. */
  readonly shown?: boolean;
}

/** The inputs that were chosen last, by model. */
export interface Choices {
  get(model: string): InputsChoice | undefined;
  set(model: string, choice: InputsChoice): void;
  /** Keeps the choice for another time, and not what came of it. */
  putAway(model: string): void;
}

const KEY = 'inputs';
/** Models whose inputs are remembered; those not used for longest are forgotten. */
const MOST = 200;

const isPath = (value: unknown): value is string | null => value === null || typeof value === 'string';

const isChoice = (value: unknown): value is InputsChoice =>
  typeof value === 'object' && value !== null && 'inputs' in value && isPath(value.inputs) && 'labels' in value && isPath(value.labels);

/** Choices kept in `memento`, which another version may have written. */
export function choicesIn(memento: Pick<Memento, 'get' | 'update'>): Choices {
  const known = (): [string, InputsChoice][] => {
    const stored = memento.get<unknown>(KEY);
    return typeof stored === 'object' && stored !== null
      ? Object.entries(stored).filter((entry): entry is [string, InputsChoice] => isChoice(entry[1]))
      : [];
  };
  const get = (model: string): InputsChoice | undefined => known().find(([key]) => key === model)?.[1];
  const keep = (model: string, choice: InputsChoice): void => {
    const others = known().filter(([key]) => key !== model);
    void memento.update(KEY, Object.fromEntries([...others.slice(1 - MOST), [model, choice]]));
  };
  return {
    get,
    set: (model, { inputs, labels }) => keep(model, { inputs, labels }),
    putAway(model) {
      const choice = get(model);
      if (choice) keep(model, { ...choice, shown: false });
    },
  };
}
