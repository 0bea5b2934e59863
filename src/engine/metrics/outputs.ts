import { RunError, type RunTensor, type RunTensors } from '../backend/types.js';
import { divergence, logRows, tops } from './classes.js';
import { realNumbers } from './numbers.js';

/** How far one output of a changed model is from that of the float model, over all samples. */
export interface OutputDifference {
  readonly output: string;
  /** 10·log10(Σy²/Σ(y−ŷ)²) in dB; null when the error is zero or there is no signal. */
  readonly sqnrDb: number | null;
  /** Whether nothing differs at all. */
  readonly exact: boolean;
}

/** What only classifiers have. */
export interface ClassDifference {
  /** Mean over the samples of Σ p·ln(p/q), in nats: p of the float model, q of the changed one. */
  readonly kl: number;
  /** Share of the samples whose most likely class stays. */
  readonly top1Agreement: number;
  /** Samples that were classified right, of both; null without labels. */
  readonly correct: { readonly float: number; readonly changed: number; readonly lost: number; readonly gained: number } | null;
  readonly samples: number;
}

export interface Difference {
  readonly outputs: readonly OutputDifference[];
  readonly classes: ClassDifference | null;
}

/** The output that tells classes: its name, how many there are, and whether it holds probabilities or logits. */
export interface Classes {
  readonly output: string;
  readonly count: number;
  readonly probabilities: boolean;
  /** Whether it tells one for each sample, not one for each of several places in it. */
  readonly bySample: boolean;
}

/** Class numbers of consecutive samples. */
export interface Labels {
  readonly classes: Int32Array;
  /** First sample of every run. */
  readonly starts: readonly number[];
}

/**
 * The output that tells classes. Rows that are positive and sum to 1 are probabilities.
 * @param told its name, whose last axis tells classes; `auto`: the only float one of shape [samples, classes ≥ 2] with as many rows as samples in every
 *   run, or the only one of several that holds probabilities; `none`
 * @throws RunError when the one that is named tells none
 */
export function findClasses(floatOutputs: readonly RunTensors[], samples: readonly number[], told: string): Classes | null {
  if (told === 'none') return null;
  const classesOf = (output: string): Classes | null => {
    const tensors = floatOutputs.map((outputs) => outputs.get(output)!);
    const count = tensors[0].shape.at(-1) ?? 0;
    const fits = count >= 2 && tensors.every((tensor) => tensor.shape.length >= 2 && tensor.shape.at(-1) === count && realNumbers(tensor));
    const bySample = tensors.every(({ data }, run) => data.length === samples[run] * count);
    return fits
      ? { output, count, probabilities: tensors.every((tensor) => areProbabilities(realNumbers(tensor)!, count)), bySample }
      : null;
  };
  if (told !== 'auto') {
    const found = floatOutputs[0]?.has(told) ? classesOf(told) : null;
    if (!found) throw new RunError(`output ${told} tells no classes: its last axis is no row of two or more numbers in every run`);
    return found;
  }
  const found = [...(floatOutputs[0]?.keys() ?? [])].flatMap((name) => {
    const classes = floatOutputs[0].get(name)!.shape.length === 2 ? classesOf(name) : null;
    return classes?.bySample ? [classes] : [];
  });
  const [best, ...others] = found.length > 1 ? found.filter(({ probabilities }) => probabilities) : found;
  return others.length > 0 ? null : (best ?? null);
}

/** Whether rows of `count` hold probabilities. */
function areProbabilities(values: Float32Array | Float64Array, count: number): boolean {
  for (let row = 0; row < values.length; row += count) {
    let sum = 0;
    for (let i = row; i < row + count; i++) {
      if (!(values[i] >= 0)) return false;
      sum += values[i];
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

/** What the float model says of the classes of one run: the likeliest of every row, and the logarithms of their probabilities. */
interface FloatClasses {
  readonly top: Int32Array;
  readonly logs: Float64Array;
}

/** Σy², Σ(y−ŷ)² of one output. */
interface Sums {
  signal: number;
  noise: number;
}

/** Takes in the outputs of a changed model run by run, and tells in the end how they differ from the float ones. */
export interface Judge {
  add(run: number, outputs: RunTensors): void;
  /** @throws RangeError when outputs of the float model are not finite: differences from them mean nothing. */
  verdict(): Difference;
}

/** Judges of any number of changed models: what they need of the float one is worked out once. */
export function judges(floatOutputs: readonly RunTensors[], classes: Classes | null, labels: Labels | null): () => Judge {
  const names = [...(floatOutputs[0]?.keys() ?? [])].filter((name) => realNumbers(floatOutputs[0].get(name)!));
  const known = new Map<number, FloatClasses>();
  const floatClasses = (run: number, { output, count, probabilities }: Classes): FloatClasses => {
    const before = known.get(run);
    if (before) return before;
    const values = realNumbers(floatOutputs[run].get(output)!)!;
    const found = { top: tops(values, count), logs: logRows(values, count, probabilities) };
    known.set(run, found);
    return found;
  };
  return () => judge(floatOutputs, names, classes && { ...classes, floatClasses: (run) => floatClasses(run, classes) }, labels);
}

function judge(
  floatOutputs: readonly RunTensors[],
  names: readonly string[],
  classes: (Classes & { readonly floatClasses: (run: number) => FloatClasses }) | null,
  labels: Labels | null,
): Judge {
  const sums = new Map<string, Sums>(names.map((name) => [name, { signal: 0, noise: 0 }]));
  let kl = 0;
  let agreed = 0;
  let rows = 0;
  const correct = { float: 0, changed: 0, lost: 0, gained: 0 };

  const addClasses = (run: number, changed: RunTensor): void => {
    const { count, probabilities, floatClasses } = classes!;
    const values = realNumbers(changed)!;
    const { top, logs } = floatClasses(run);
    const changedLogs = logRows(values, count, probabilities);
    const changedTop = tops(values, count);
    for (const [row, a] of top.entries()) {
      const b = changedTop[row];
      kl += divergence(logs, changedLogs, row * count, count);
      if (a === b) agreed++;
      rows++;
      if (!labels) continue;
      const label = labels.classes[labels.starts[run] + row];
      if (a === label) correct.float++;
      if (b === label) correct.changed++;
      if (a === label && b !== label) correct.lost++;
      if (a !== label && b === label) correct.gained++;
    }
  };

  return {
    add(run, outputs) {
      for (const name of names) {
        const float = floatOutputs[run].get(name)!;
        const changed = outputs.get(name) ?? float;
        const sum = sums.get(name)!;
        addSums(sum, realNumbers(float)!, realNumbers(changed)!);
        if (name === classes?.output) addClasses(run, changed);
      }
    },
    verdict: () => ({
      outputs: names.map((output): OutputDifference => {
        const { signal, noise } = sums.get(output)!;
        return { output, sqnrDb: signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null, exact: noise === 0 };
      }),
      classes:
        classes && rows > 0
          ? { kl: Math.max(0, kl / rows), top1Agreement: agreed / rows, correct: labels && { ...correct }, samples: rows }
          : null,
    }),
  };
}

/** Where the float value is not finite there is nothing to compare; where only the changed one is not, the error is as large as the value. */
function addSums(sums: Sums, float: Float32Array | Float64Array, changed: Float32Array | Float64Array): void {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < float.length; i++) {
    const y = float[i];
    if (!Number.isFinite(y)) continue;
    const e = changed[i] - y;
    signal += y * y;
    noise += Number.isFinite(e) ? e * e : Math.max(1, y * y);
  }
  sums.signal += signal;
  sums.noise += noise;
}

/** 95 % Wilson score interval of a share of `hits` of `samples`. Source: Wilson 1927. */
export function wilson(hits: number, samples: number): readonly [number, number] {
  const z = 1.959963984540054;
  const share = hits / samples;
  const middle = share + (z * z) / (2 * samples);
  const half = z * Math.sqrt((share * (1 - share)) / samples + (z * z) / (4 * samples * samples));
  const scale = 1 + (z * z) / samples;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
