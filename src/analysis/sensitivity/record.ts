import type { Difference, LayerFacts, Quantized, Started } from '../../engine/index.js';
import type { Finding, LayerTogether, TogetherReport } from '../../report/types.js';
import type { RunSchemes } from './schemes.js';
import type { Target } from './types.js';

/** One question to an engine: what quantizing a layer under schemes, by their index, does to the outputs. */
export interface Question {
  readonly layer: number;
  readonly target: Target;
  readonly weight: number | null;
  readonly activation: number | null;
  /** Asked only to see how good predictions are. */
  readonly check: boolean;
}

export interface Answer {
  readonly question: Question;
  readonly difference: Difference;
}

/** All that a run has found out so far; figures are made of it at any time. */
export interface RunRecord {
  readonly schemes: RunSchemes;
  readonly targets: readonly Target[];
  started: Started | null;
  /** By layer. */
  readonly facts: Map<number, LayerFacts>;
  readonly answers: Map<number, Answer[]>;
  /** Of layers whose remedies were tried. */
  readonly findings: Map<number, readonly Finding[]>;
  readonly layerTogether: Map<number, LayerTogether>;
  together: TogetherReport | null;
  /** Why a layer could not be measured, or not under all schemes, when asking about it failed. */
  readonly failures: Map<number, string>;
}

export const newRecord = (schemes: RunSchemes, targets: readonly Target[]): RunRecord => ({
  schemes,
  targets,
  started: null,
  facts: new Map(),
  answers: new Map(),
  findings: new Map(),
  layerTogether: new Map(),
  together: null,
  failures: new Map(),
});

/** Answers of a layer stand in the order of what was asked, whenever they came: figures are the same however many engines there were. */
export function addAnswer({ answers }: RunRecord, answer: Answer): void {
  const { layer } = answer.question;
  answers.set(
    layer,
    [...(answers.get(layer) ?? []), answer].sort((a, b) => rank(a.question) - rank(b.question)),
  );
}

const MANY = 2 ** 20;
const rank = ({ weight, activation }: Question): number => ((weight ?? -1) + 1) * MANY + (activation ?? -1) + 1;

/** Local SQNR of a layer under each scheme for a target; null is exact, undefined where it is not known. */
export function localErrors(
  { facts, schemes }: RunRecord,
  layer: number,
  target: 'weight' | 'activation',
): readonly (number | null | undefined)[] {
  const found = facts.get(layer)?.local ?? [];
  return schemes[target].map((scheme) => found.find((error) => error.target === target && error.scheme === scheme)?.sqnrDb);
}

/** The scheme of a question's own target, by its index. */
export const schemeIndex = ({ target, weight, activation }: Question): number => (target === 'activation' ? activation : weight)!;

/** What a question quantizes; nothing when the range of the layer's input is not known. */
export function quantizedBy(record: RunRecord, { layer, weight, activation }: Question): Quantized {
  const scheme = activation === null ? null : record.schemes.activation[activation];
  return {
    layer,
    weight: weight === null ? null : record.schemes.weight[weight],
    activation: scheme === null ? null : calibrated(record, layer, scheme),
  };
}

/** A scheme for a layer's input with the range that was calibrated; null when there is none. */
export function calibrated({ facts }: Pick<RunRecord, 'facts'>, layer: number, scheme: string): Quantized['activation'] {
  const found = facts.get(layer)?.activationErrors.find((error) => error.scheme === scheme);
  if (!found) return null;
  const { clip, clips, sample } = found;
  return { scheme, clip, ...(clips ? { clips } : {}), ...(sample ? { sample } : {}) };
}
