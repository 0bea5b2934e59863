import type { EnginePool } from '../../engine/index.js';
import { REMEDIES } from '../causes.js';
import { stageProgress } from './progress.js';
import { questionsOf } from './questions.js';
import { addAnswer, quantizedBy, type RunRecord } from './record.js';
import type { SensitivityUpdate } from './types.js';

/** What a stage works with. */
export interface StageContext {
  readonly pool: EnginePool;
  readonly record: RunRecord;
  readonly emit: (update: SensitivityUpdate) => void;
  /** Passes on what is known of a layer by now. */
  readonly tell: (layer: number) => void;
}

/** Calibration: statistics of what layers take in and give, ranges and local errors, part by part. */
export async function observe({ pool, record, emit, tell }: StageContext): Promise<void> {
  const parts = [...new Set(record.started!.layers.flatMap(({ part }) => (part === null ? [] : [part])))];
  const done = stageProgress(
    'observe',
    parts.map(() => 1),
    emit,
  );
  const weightSchemes = [...new Set([...record.schemes.weight, ...REMEDIES.weight])];
  const activationSchemes = [...new Set([...record.schemes.activation, ...REMEDIES.activation])];
  await pool.each(
    parts,
    (engine, part) => engine.call('observe', { part, weightSchemes, activationSchemes }),
    (part, found) => {
      for (const facts of found) {
        record.facts.set(facts.layer, facts);
        tell(facts.layer);
      }
      done(parts.indexOf(part));
    },
  );
}

/** Isolated effects: one layer quantized at a time. */
export async function measureEffects({ pool, record, emit, tell }: StageContext, exhaustive: boolean): Promise<void> {
  const questions = questionsOf(record, exhaustive).filter((question) => {
    const { weight, activation } = quantizedBy(record, question);
    return weight !== null || activation !== null;
  });
  const { parts, layers } = record.started!;
  const done = stageProgress(
    'effects',
    questions.map(({ layer }) => parts + 0.5 - (layers[layer].part ?? 0)),
    emit,
  );
  const left = new Map<number, number>();
  for (const { layer } of questions) left.set(layer, (left.get(layer) ?? 0) + 1);
  await pool.each(
    questions,
    (engine, question) => engine.call('effect', quantizedBy(record, question)),
    (question, difference) => {
      const { layer } = question;
      addAnswer(record, { question, difference });
      left.set(layer, left.get(layer)! - 1);
      if (left.get(layer) === 0) tell(layer);
      done(questions.indexOf(question));
    },
  );
}
