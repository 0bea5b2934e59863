import type { Declaration } from '../../model/writers/onnx/messages.js';
import type { RunTensor, RunTensors } from '../backend/types.js';
import type { Prepared } from './prepare.js';

/** What values turned out to be in runs: their types, and the dims that all runs agree about. */
export interface Declarations {
  readonly note: (values: RunTensors) => void;
  readonly has: (name: string) => boolean;
  readonly declared: (name: string) => Declaration | undefined;
}

export function newDeclarations(): Declarations {
  const shapes = new Map<string, (number | null)[]>();
  const types = new Map<string, RunTensor['dataType']>();
  const note = (values: RunTensors): void => {
    for (const [name, { dataType, shape }] of values) {
      const before = shapes.get(name);
      types.set(name, dataType);
      shapes.set(name, before?.length === shape.length ? before.map((dim, i) => (dim === shape[i] ? dim : null)) : [...shape]);
    }
  };
  const declared = (name: string): Declaration | undefined => {
    const [shape, dataType] = [shapes.get(name), types.get(name)];
    return shape && dataType && { dataType, shape };
  };
  return { note, has: (name) => types.has(name), declared };
}

/** What a value was in the probe, with all dims open. */
export function seenDeclaration({ seen }: Prepared, name: string): Declaration | undefined {
  const value = seen.get(name);
  return value && { dataType: value.dataType, shape: value.shape.map(() => null) };
}

/** A declaration that leaves open how many samples there are, along the axes that may be theirs: whoever looks at single nodes may look at some only. */
export const samplesOpen = (value: Declaration | undefined): Declaration | undefined =>
  value && { ...value, shape: value.shape.map((dim, axis) => (axis === 0 || (axis === 1 && value.shape.length === 3) ? null : dim)) };
