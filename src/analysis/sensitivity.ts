import { availableParallelism } from 'node:os';
import { parseScheme, payloadBits } from '../core/formats/index.js';
import {
  EngineGoneError,
  fitsIntoGraph,
  preferredBatch,
  startPool,
  wilson,
  type Difference,
  type EnginePool,
  type EngineProcess,
  type LayerFacts,
  type ModelPlace,
  type Quantized,
  type ValueFacts,
} from '../engine/index.js';
import { planRuns, type InputSet } from '../engine/inputs/index.js';
import type { Model } from '../model/types.js';
import type { ActivationStats, Finding, LayerError, LayerTogether, RunReport, Sensitivity, ValueStats } from '../report/types.js';
import { findCauses, REMEDIES } from './causes.js';
import { predict, schemesToMeasure, schemeToCheck, together, type Point } from './predict.js';

export type Target = Sensitivity['target'];

export interface SensitivityOptions {
  /** Starts one engine. */
  readonly startEngine: () => EngineProcess;
  /** Engines at once; the processor's cores when left out, 4 at most. Figures do not depend on it. */
  readonly processes?: number;
  readonly weightSchemes: readonly string[];
  /** Schemes for what layers take in; those that cannot be put into the graph are left out, which a note says. */
  readonly activationSchemes: readonly string[];
  readonly targets: readonly Target[];
  /** Measures every layer under every scheme. */
  readonly exhaustive?: boolean;
  /** Class of every sample. */
  readonly labels?: Int32Array | null;
  /** Bytes for float activations at the cuts, of all engines; 1 GiB when left out. */
  readonly memoryBudget?: number;
  /** Scheme that all layers are quantized with at once, to see errors accumulate; none when left out. */
  readonly together?: { readonly weight: string; readonly activation: string | null };
}

/** What running the model tells of one layer. */
export interface LayerFigures {
  readonly activationStats: ActivationStats | null;
  /** Errors of the layer's input itself. */
  readonly activationErrors: readonly LayerError[];
  readonly sensitivity: readonly Sensitivity[];
  readonly findings: readonly Finding[];
  readonly together?: LayerTogether;
  /** Why nothing was measured here. */
  readonly problem?: string;
}

export type SensitivityStage = 'load' | 'float' | 'observe' | 'effects' | 'together';

export type SensitivityUpdate =
  | {
      readonly kind: 'progress';
      readonly stage: SensitivityStage;
      readonly done: number;
      readonly total: number;
      /** Of this stage; null while nobody knows. */
      readonly remainingSeconds: number | null;
    }
  /** What is known of one layer by now. */
  | { readonly kind: 'figures'; readonly layer: number; readonly figures: LayerFigures };

export interface SensitivityResult {
  readonly run: RunReport;
  /** By layer of the model. */
  readonly layers: readonly LayerFigures[];
}

const MOST_PROCESSES = 4;
const BUDGET = 2 ** 30;

/**
 * Runs the model on inputs and measures what quantizing each layer does to its outputs. Layers come in the order of most likely trouble.
 *
 * When the model does not run, or an engine dies, the result has what was found until then and `run.problem` says why, in one line.
 * @throws InputError when the inputs are not what the model takes, SchemeError for a scheme that is none, the signal's reason when cancelled.
 */
export async function measureSensitivity(
  model: Model,
  place: ModelPlace,
  inputs: InputSet,
  options: SensitivityOptions,
  emit: (update: SensitivityUpdate) => void,
  signal: AbortSignal,
): Promise<SensitivityResult> {
  const batch = await preferredBatch(inputs);
  const runs = planRuns(inputs, batch);
  const study = new Study(model, inputs, batch, options, emit, signal);
  let pool: EnginePool | undefined;
  try {
    pool = await startPool({
      start: options.startEngine,
      processes: Math.max(1, Math.min(options.processes ?? availableParallelism(), MOST_PROCESSES, model.layers.length)),
      model: place,
      inputs,
      runs,
      labels: options.labels ?? null,
      // What one process keeps must not depend on how many there are, or the figures would in their last digits.
      budget: (options.memoryBudget ?? BUDGET) / MOST_PROCESSES,
      signal,
      onProgress: (stage, done, total) => emit({ kind: 'progress', stage, done, total, remainingSeconds: null }),
    });
    await study.run(pool);
  } catch (error) {
    signal.throwIfAborted();
    if (!isEngineTrouble(error)) throw error;
    study.problem = error.message;
  } finally {
    pool?.close();
  }
  return study.result();
}

/** Trouble that leaves the weights' figures standing: the engine died, or the runtime does not take the model. */
const isEngineTrouble = (error: unknown): error is Error =>
  error instanceof EngineGoneError ||
  (error instanceof Error && ['RunError', 'RangeError', 'EngineGoneError', 'ModelError'].includes(error.name));

/** One question to an engine, and its place among a layer's schemes. */
interface Question {
  readonly layer: number;
  readonly target: Target;
  readonly weight: number | null;
  readonly activation: number | null;
  /** Asked only to see how good predictions are. */
  readonly check: boolean;
}

interface Answer {
  readonly question: Question;
  readonly difference: Difference;
}

class Study {
  problem: string | undefined;
  private started: EnginePool['started'] | undefined;
  private readonly facts = new Map<number, LayerFacts>();
  private readonly answers = new Map<number, Answer[]>();
  private readonly layerTogether = new Map<number, LayerTogether>();
  private readonly deviations: number[] = [];
  private allTogether: RunReport['together'] = null;
  private readonly weightSchemes: readonly string[];
  private readonly activationSchemes: readonly string[];
  private readonly notes: string[];

  constructor(
    private readonly model: Model,
    private readonly inputs: InputSet,
    private readonly batch: number,
    private readonly options: SensitivityOptions,
    private readonly emit: (update: SensitivityUpdate) => void,
    private readonly signal: AbortSignal,
  ) {
    this.weightSchemes = options.weightSchemes.map((text) => parseScheme(text).text);
    const activations = options.activationSchemes.map(parseScheme);
    this.activationSchemes = activations.filter(fitsIntoGraph).map(({ text }) => text);
    const left = activations.filter((scheme) => !fitsIntoGraph(scheme)).map(({ text }) => text);
    this.notes = [...inputs.notes, ...(left.length > 0 ? [`not measured on activations: ${left.join(', ')}`] : [])];
  }

  async run(pool: EnginePool): Promise<void> {
    const { started } = pool;
    this.started = started;
    for (const [name, count] of pool.nonFinite) this.notes.push(`input ${name} holds ${count} values that are NaN or infinite`);
    if (started.opaque !== null) this.notes.push(`the model cannot be watched inside (${started.opaque}): it is run as a whole`);
    if (started.notFinite.length > 0)
      this.notes.push(`the float model gives NaN or infinities at ${started.notFinite.join(', ')}: they are left out`);
    await this.observe(pool);
    await this.measure(pool);
    if (this.options.together) await this.quantizeAll(pool, this.options.together);
  }

  private progress(stage: SensitivityStage, costs: readonly number[]): (done: number) => void {
    const from = performance.now();
    const total = costs.reduce((a, b) => a + b, 0);
    let spent = 0;
    let count = 0;
    this.emit({ kind: 'progress', stage, done: 0, total: costs.length, remainingSeconds: null });
    return (index) => {
      spent += costs[index];
      count++;
      const remainingSeconds = ((performance.now() - from) / 1000) * (total / spent - 1);
      this.emit({ kind: 'progress', stage, done: count, total: costs.length, remainingSeconds });
    };
  }

  private async observe(pool: EnginePool): Promise<void> {
    const parts = [...new Set(this.started!.layers.flatMap(({ part }) => (part === null ? [] : [part])))];
    const done = this.progress(
      'observe',
      parts.map(() => 1),
    );
    const weightSchemes = [...new Set([...this.weightSchemes, ...REMEDIES.weight])];
    const activationSchemes = [...new Set([...this.activationSchemes, ...REMEDIES.activation])];
    await pool.each(
      parts,
      (engine, part) => engine.call('observe', { part, weightSchemes, activationSchemes }),
      (part, found) => {
        for (const facts of found) {
          this.facts.set(facts.layer, facts);
          this.tell(facts.layer);
        }
        done(parts.indexOf(part));
      },
    );
  }

  /** Local SQNR of a layer under schemes; undefined where it is not known. */
  private local(layer: number, target: 'weight' | 'activation', schemes: readonly string[]): (number | null | undefined)[] {
    const found = this.facts.get(layer)?.local ?? [];
    return schemes.map((scheme) => found.find((error) => error.target === target && error.scheme === scheme)?.sqnrDb);
  }

  private questions(): Question[] {
    const places = this.started!.layers;
    const questions: Question[] = [];
    const order = places.flatMap(({ part }, layer) => (part === null ? [] : [layer]));
    const worst = new Map(
      order.map((layer) => [layer, Math.min(...this.local(layer, 'weight', this.weightSchemes).map((db) => db ?? Infinity))]),
    );
    order.sort((a, b) => worst.get(a)! - worst.get(b)! || a - b);
    const checkEvery = Math.max(1, Math.floor(order.length / Math.max(3, Math.ceil(order.length / 8))));
    order.forEach((layer, rank) => {
      const single = (target: 'weight' | 'activation', schemes: readonly string[]): void => {
        if (!places[layer][target] || !this.options.targets.some((wanted) => wanted === target || wanted === 'both')) return;
        const local = this.local(layer, target, schemes);
        // Where the layer's own output tells nothing, nothing can be predicted from it.
        const blind = local.some((db) => db === undefined);
        const all = schemes.map((_, i) => i);
        const measured = this.options.exhaustive === true || blind ? all : schemesToMeasure(local as (number | null)[]);
        const check =
          measured.length < all.length && rank % checkEvery === 0 ? schemeToCheck(local as (number | null)[], measured) : undefined;
        const ask = (i: number, check: boolean): void =>
          void questions.push({
            layer,
            target,
            weight: target === 'weight' ? i : null,
            activation: target === 'activation' ? i : null,
            check,
          });
        measured.forEach((i) => ask(i, false));
        if (check !== undefined) ask(check, true);
      };
      single('weight', this.weightSchemes);
      single('activation', this.activationSchemes);
      if (this.options.exhaustive === true && this.options.targets.includes('both') && places[layer].weight && places[layer].activation)
        this.weightSchemes.forEach((_, weight) => {
          const activation = this.partner(weight);
          if (activation !== undefined) questions.push({ layer, target: 'both', weight, activation, check: false });
        });
    });
    return questions;
  }

  /** The activation scheme that goes with a weight scheme: of as many bits, or of the most. */
  private partner(weight: number): number | undefined {
    const bits = this.activationSchemes.map((text) => payloadBits(parseScheme(text).format));
    const same = bits.indexOf(payloadBits(parseScheme(this.weightSchemes[weight]).format));
    if (same >= 0) return same;
    return bits.length === 0 ? undefined : bits.indexOf(Math.max(...bits));
  }

  private quantized({ layer, weight, activation }: Question): Quantized {
    const scheme = activation === null ? null : this.activationSchemes[activation];
    const clip = this.facts.get(layer)?.activationErrors.find((error) => error.scheme === scheme)?.clip;
    return {
      layer,
      weight: weight === null ? null : this.weightSchemes[weight],
      activation: scheme !== null && clip ? { scheme, clip } : null,
    };
  }

  private async measure(pool: EnginePool): Promise<void> {
    const questions = this.questions().filter((question) => {
      const { weight, activation } = this.quantized(question);
      return weight !== null || activation !== null;
    });
    const parts = this.started!.parts;
    const done = this.progress(
      'effects',
      questions.map(({ layer }) => parts + 0.5 - (this.started!.layers[layer].part ?? 0)),
    );
    const left = new Map<number, number>();
    for (const { layer } of questions) left.set(layer, (left.get(layer) ?? 0) + 1);
    await pool.each(
      questions,
      (engine, question) => engine.call('effect', this.quantized(question)),
      (question, difference) => {
        const { layer } = question;
        if (question.check) this.checkPrediction(question, difference);
        this.answers.set(layer, [...(this.answers.get(layer) ?? []), { question, difference }]);
        left.set(layer, left.get(layer)! - 1);
        if (left.get(layer) === 0) this.tell(layer);
        done(questions.indexOf(question));
      },
    );
  }

  private points(layer: number, target: 'weight' | 'activation'): Point[] {
    const schemes = target === 'weight' ? this.weightSchemes : this.activationSchemes;
    const local = this.local(layer, target, schemes);
    return (this.answers.get(layer) ?? []).flatMap(({ question, difference }) => {
      if (question.target !== target || question.check) return [];
      const localDb = local[(target === 'weight' ? question.weight : question.activation)!];
      const outputDb = worstOf(difference);
      return typeof localDb === 'number' && outputDb !== null ? [{ localDb, outputDb }] : [];
    });
  }

  private readonly toCheck: { readonly question: Question; readonly measuredDb: number }[] = [];

  private checkPrediction(question: Question, difference: Difference): void {
    const measuredDb = worstOf(difference);
    if (measuredDb !== null) this.toCheck.push({ question, measuredDb });
  }

  private async quantizeAll(pool: EnginePool, schemes: NonNullable<SensitivityOptions['together']>): Promise<void> {
    const weight = parseScheme(schemes.weight).text;
    const activation = schemes.activation === null ? null : parseScheme(schemes.activation).text;
    const quantized = this.started!.layers.flatMap((place, layer): Quantized[] => {
      if (!place.weight) return [];
      const clip = this.facts.get(layer)?.activationErrors.find(({ scheme }) => scheme === activation)?.clip;
      return [{ layer, weight, activation: activation !== null && clip ? { scheme: activation, clip } : null }];
    });
    if (quantized.length === 0) return;
    const done = this.progress('together', [1, 1]);
    let accumulated: readonly { readonly layer: number; readonly sqnrDb: number | null }[] = [];
    await pool.each(
      [0],
      (engine) => engine.call('plan', { quantized }),
      (_, plan) => {
        accumulated = plan.accumulated;
        this.allTogether = {
          scheme: weight,
          activationScheme: activation,
          outputSqnrDb: worstOf(plan.difference),
          ...this.classFigures(plan.difference),
        };
      },
    );
    for (const { layer, sqnrDb } of accumulated) this.layerTogether.set(layer, { accumulatedSqnrDb: sqnrDb });
    done(0);
    const budget = (this.options.memoryBudget ?? BUDGET) / MOST_PROCESSES;
    const layers = quantized.map(({ layer }) => layer);
    const groups = [0, 1].map((half) => layers.filter((_, i) => i % 2 === half)).filter((group) => group.length > 0);
    await pool.each(
      groups,
      (engine, group) => engine.call('leaveOneOut', { quantized, layers: group, budget }),
      (_, found) => {
        for (const { layer, difference } of found)
          this.layerTogether.set(layer, {
            accumulatedSqnrDb: this.layerTogether.get(layer)?.accumulatedSqnrDb ?? null,
            withoutSqnrDb: worstOf(difference),
          });
      },
    );
    done(1);
    for (const layer of layers) this.tell(layer);
  }

  private classFigures({ classes }: Difference): Pick<Sensitivity, 'kl' | 'top1Agreement' | 'accuracyDrop' | 'accuracyInterval'> {
    const correct = classes?.correct;
    return {
      kl: classes?.kl ?? null,
      top1Agreement: classes?.top1Agreement ?? null,
      accuracyDrop: correct ? (correct.float - correct.changed) / classes.samples : null,
      accuracyInterval: correct ? wilson(correct.changed, classes.samples) : null,
    };
  }

  private tell(layer: number): void {
    this.signal.throwIfAborted();
    this.emit({ kind: 'figures', layer, figures: this.figures(layer) });
  }

  private figures(layer: number): LayerFigures {
    const facts = this.facts.get(layer);
    const problem = this.started?.layers[layer].problem;
    const togetherFigures = this.layerTogether.get(layer);
    return {
      activationStats: facts ? { input: valueStats(facts.input), output: valueStats(facts.output) } : null,
      activationErrors: (facts?.activationErrors ?? [])
        .filter(({ scheme }) => this.activationSchemes.includes(scheme))
        .map((error) => ({ ...error, target: 'activation' })),
      sensitivity: facts ? this.sensitivityOf(layer) : [],
      findings: facts ? findCauses(facts, this.model.layers[layer]) : [],
      ...(togetherFigures ? { together: togetherFigures } : {}),
      ...(problem ? { problem } : {}),
    };
  }

  private sensitivityOf(layer: number): Sensitivity[] {
    const answers = this.answers.get(layer) ?? [];
    if (answers.length === 0) return [];
    const { targets } = this.options;
    const weight = this.singles(layer, 'weight', answers);
    const activation = this.singles(layer, 'activation', answers);
    const found = [...(targets.includes('weight') ? weight : []), ...(targets.includes('activation') ? activation : [])];
    if (!targets.includes('both')) return found;
    const both = this.weightSchemes.flatMap((scheme, i): Sensitivity[] => {
      const partner = this.partner(i);
      if (partner === undefined) return [];
      const activationScheme = this.activationSchemes[partner];
      const answer = answers.find(({ question }) => question.target === 'both' && question.weight === i && question.activation === partner);
      if (answer) return [{ scheme, target: 'both', activationScheme, ...this.measured(answer.difference) }];
      const [w, a] = [weight.find((s) => s.scheme === scheme), activation.find((s) => s.scheme === activationScheme)];
      if (!w || !a) return [];
      const kl = w.kl !== null && a.kl !== null ? w.kl + a.kl : null;
      return [{ scheme, target: 'both', activationScheme, ...predicted(together(w.outputSqnrDb, a.outputSqnrDb), kl) }];
    });
    return [...found, ...both];
  }

  private measured(difference: Difference): Omit<Sensitivity, 'scheme' | 'target'> {
    return {
      outputSqnrDb: worstOf(difference),
      outputs: difference.outputs.map(({ output, sqnrDb }) => ({ output, sqnrDb })),
      ...this.classFigures(difference),
      how: 'measured',
    };
  }

  private singles(layer: number, target: 'weight' | 'activation', answers: readonly Answer[]): Sensitivity[] {
    const schemes = target === 'weight' ? this.weightSchemes : this.activationSchemes;
    const local = this.local(layer, target, schemes);
    const points = this.points(layer, target);
    const mine = answers.filter(({ question }) => question.target === target);
    return schemes.flatMap((scheme, i): Sensitivity[] => {
      const localSqnrDb = local[i];
      const known = localSqnrDb === undefined ? {} : { localSqnrDb };
      const answer = mine.find(({ question }) => (target === 'weight' ? question.weight : question.activation) === i);
      if (answer) return [{ scheme, target, ...this.measured(answer.difference), ...known }];
      if (localSqnrDb === undefined || mine.length === 0) return [];
      if (localSqnrDb === null) return [{ scheme, target, ...predicted(null, null), ...known }];
      // All that was measured changed nothing at the outputs: nor will this.
      if (points.length === 0) return [{ scheme, target, ...predicted(null, null), ...known }];
      const outputDb = predict(points, localSqnrDb);
      return [{ scheme, target, ...predicted(outputDb, predictKl(mine, outputDb)), ...known }];
    });
  }

  result(): SensitivityResult {
    for (const { question, measuredDb } of this.toCheck) {
      if (question.target === 'both') continue;
      const schemes = question.target === 'weight' ? this.weightSchemes : this.activationSchemes;
      const localDb = this.local(question.layer, question.target, schemes)[(question.weight ?? question.activation)!];
      const points = this.points(question.layer, question.target);
      if (typeof localDb === 'number' && points.length > 0) this.deviations.push(predict(points, localDb) - measuredDb);
    }
    const { started, inputs } = this;
    const accuracy = started?.accuracy ?? null;
    const squares = this.deviations.reduce((sum, d) => sum + d * d, 0);
    return {
      run: {
        backend: started?.backend ?? 'onnxruntime-node',
        inputs: inputs.source,
        samples: inputs.samples,
        batch: this.batch,
        notes: this.notes,
        classes: started?.classes ? { output: started.classes.output, count: started.classes.count } : null,
        accuracy: accuracy && { ...accuracy, interval: wilson(accuracy.correct, accuracy.samples) },
        prediction:
          this.deviations.length > 0
            ? {
                rmsDb: Math.sqrt(squares / this.deviations.length),
                maxDb: Math.max(...this.deviations.map(Math.abs)),
                checked: this.deviations.length,
              }
            : null,
        together: this.allTogether,
        ...(this.problem === undefined ? {} : { problem: this.problem }),
      },
      layers: this.model.layers.map((_, layer) => this.figures(layer)),
    };
  }
}

/** The output that suffers most; null when nothing changes. */
function worstOf({ outputs }: Difference): number | null {
  const known = outputs.flatMap(({ sqnrDb }) => (sqnrDb === null ? [] : [sqnrDb]));
  return known.length === 0 ? null : Math.min(...known);
}

const predicted = (outputSqnrDb: number | null, kl: number | null): Omit<Sensitivity, 'scheme' | 'target'> => ({
  outputSqnrDb,
  kl,
  top1Agreement: null,
  accuracyDrop: null,
  accuracyInterval: null,
  how: 'predicted',
});

/** The divergence goes with the noise power; from the measured scheme whose SQNR is next. */
function predictKl(answers: readonly Answer[], outputDb: number): number | null {
  const known = answers.flatMap(({ difference }) => {
    const db = worstOf(difference);
    return difference.classes && db !== null ? [{ db, kl: difference.classes.kl }] : [];
  });
  if (known.length === 0) return null;
  const next = known.reduce((a, b) => (Math.abs(b.db - outputDb) < Math.abs(a.db - outputDb) ? b : a));
  return next.kl * 10 ** ((next.db - outputDb) / 10);
}

function valueStats(facts: ValueFacts | null): ValueStats | null {
  if (!facts) return null;
  const { min, max, mean, std, kurtosis, zeros, nan, inf, count } = facts.statistics;
  return { value: facts.value, elements: facts.total, count, kind: facts.kind, min, max, mean, std, kurtosis, zeros, nan, inf };
}
