import type { Engines } from './engines.js';
import type { Progress } from './progress.js';
import { questionRound } from './questions.js';
import { addAnswer, quantizedBy, type RunRecord } from './record.js';

/** What a stage works with. */
export interface StageContext {
  readonly engines: Engines;
  readonly record: RunRecord;
  readonly progress: Progress;
  /** Passes on what is known of a layer by now. */
  readonly tell: (layer: number) => void;
}

/**
 * Calibration: statistics of what layers take in and give, ranges and local errors, stretch by stretch.
 * @param more schemes for activations that ranges are wanted for
 */
export async function observe({ engines, record, progress, tell }: StageContext, more: readonly string[]): Promise<void> {
  const stretches = [...new Set(record.started!.layers.flatMap(({ stretch }) => (stretch === null ? [] : [stretch])))];
  progress.begin(
    'observe',
    stretches.map(() => 1 / stretches.length),
    engines.processes,
  );
  const { weight: weightSchemes } = record.schemes;
  const activationSchemes = [...new Set([...record.schemes.activation, ...more])];
  await engines.each(
    'observe',
    stretches,
    (stretch) => ({ stretch, weightSchemes, activationSchemes }),
    (stretch, found, seconds) => {
      for (const facts of found) {
        record.facts.set(facts.layer, facts);
        tell(facts.layer);
      }
      progress.done('observe', stretches.indexOf(stretch), seconds);
    },
    (stretch, { message }) => {
      record.started!.layers.forEach((place, layer) => {
        if (place.stretch === stretch) record.failures.set(layer, message);
      });
      progress.done('observe', stretches.indexOf(stretch), null);
    },
  );
}

/** What running a layer's part and all behind it costs, in passes of the model. */
export function passesFrom({ started }: RunRecord, layer: number): number {
  const { parts, layers } = started!;
  return (parts + 0.5 - (layers[layer].part ?? 0)) / parts;
}

/** Isolated effects: one layer quantized at a time. @param targetSqnr what a scheme is to keep at the outputs to be chosen, dB */
export async function measureEffects(
  { engines, record, progress, tell }: StageContext,
  exhaustive: boolean,
  targetSqnr: number,
): Promise<void> {
  for (let at = 0, first = 0; ; at++) {
    const round = questionRound(record, at, exhaustive, targetSqnr);
    if (!round) return;
    const { later } = round;
    const questions = round.questions
      .filter((question) => {
        const { weight, activation } = quantizedBy(record, question);
        return weight !== null || activation !== null;
      })
      .map((question, i) => ({ question, piece: first + i }));
    const costs = questions.map(({ question }) => passesFrom(record, question.layer));
    if (at === 0) progress.begin('effects', costs, engines.processes, later);
    else progress.more('effects', costs, later);
    first += questions.length;
    let failure: Error | undefined;
    await engines.each(
      'effect',
      questions,
      ({ question }) => quantizedBy(record, question),
      ({ question, piece }, difference, seconds) => {
        addAnswer(record, { question, difference });
        tell(question.layer);
        progress.done('effects', piece, seconds);
      },
      ({ question, piece }, error) => {
        failure = error;
        record.failures.set(question.layer, error.message);
        tell(question.layer);
        progress.done('effects', piece, null);
      },
    );
    // Where nothing works it is not the layers.
    if (failure && record.answers.size === 0) throw failure;
  }
}
