import { isFloat } from '../../model/dataTypes.js';
import { quote } from '../../model/quote.js';
import { imageLayout } from './images/layout.js';
import { usualSize } from './images/preprocess.js';
import { listNames, wants } from './messages.js';
import type { Slot, Slots } from './slots.js';
import { InputError } from './types.js';

/** Numbers for named dims, by name. */
export type DimValues = Readonly<Record<string, number>>;

/** Steps of a sequence, where the model leaves them open. */
const SEQUENCE = 16;
/** Features of a step, likewise. */
const FEATURES = 64;
/** Samples of a waveform for models that take a sample rate: 32 ms at 16 kHz, the chunk that voice detectors such as Silero work on. */
const WAVEFORM = 512;

/**
 * The shape of every input for one sample (1 along the batch axis), dynamic dims resolved: by `known` first; the same name is the same
 * number everywhere, and `a + b` the sum of a and b. Defaults: image-like inputs as `usualSize` and 3 channels, waveforms beside a sample rate
 * 512, sequences 16 steps of 64 features, names with `past` 0.
 * @throws InputError for an input that says no shape, or a size beyond what can be fed.
 */
export function resolveShapes({ slots, main, batchSymbol }: Slots, known: DimValues): ReadonlyMap<Slot, readonly number[]> {
  const values = new Map(Object.entries(known));
  if (batchSymbol !== null) values.set(batchSymbol, 1);
  const hasRate = slots.some(({ role }) => role === 'rate');
  const shapes = new Map<Slot, readonly number[]>();
  // the main input decides first what a shared name means
  for (const slot of [main, ...slots.filter((slot) => slot !== main)]) {
    if (!slot.input.shape) throw new InputError(`input ${quote(slot.input.name)} has no shape in the model: give inputs`);
    const usual = usualDims(slot, hasRate);
    const shape = slot.input.shape.map((dim, axis) => {
      if (axis === slot.batchAxis) return typeof dim === 'number' ? dim : 1;
      if (typeof dim === 'number') return dim;
      if (dim === null) return usual[axis];
      const value = values.get(dim) ?? sum(dim, values) ?? (/past/i.test(dim) ? 0 : usual[axis]);
      values.set(dim, value);
      return value;
    });
    if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) || shape.reduce((a, b) => a * b, 1) > 2 ** 30)
      throw new InputError(`${wants(slot.input)}: [${shape.join(', ')}] cannot be made`);
    shapes.set(slot, shape);
  }
  return shapes;
}

/** Dims are told by name: what the model does not leave open under that name cannot be set. @throws InputError with the names there are. */
export function checkDims({ slots, batchSymbol }: Slots, known: DimValues): void {
  const names = new Set(
    slots.flatMap(({ input }) => input.shape ?? []).flatMap((dim) => (typeof dim === 'string' ? [dim, ...terms(dim)] : [])),
  );
  for (const name of Object.keys(known)) {
    if (name === batchSymbol)
      throw new InputError(`dim ${quote(name)} counts the samples of a run, which is chosen for speed: set the number of samples`);
    if (names.has(name)) continue;
    const open = [...names].filter((dim) => dim !== batchSymbol);
    throw new InputError(
      `the model has no dim ${quote(name)}: ${open.length > 0 ? `it leaves open ${listNames(open)}` : 'it leaves none open'}`,
    );
  }
}

const terms = (dim: string): readonly string[] =>
  dim
    .split('+')
    .map((term) => term.trim())
    .filter((term) => !/^\d+$/.test(term));

/** What each axis of an input would usually be. */
function usualDims({ input, role, dataType, batchAxis }: Slot, hasRate: boolean): readonly number[] {
  const shape = input.shape!;
  const layout = role === 'data' && shape.length === 4 ? imageLayout(shape) : undefined;
  if (layout) {
    const [height, width] = usualSize(layout.height, layout.width);
    return layout.order === 'NCHW' ? [1, layout.channels, height, width] : [1, height, width, layout.channels];
  }
  const waveform = hasRate && role === 'data' && isFloat(dataType) && shape.length - (batchAxis === null ? 0 : 1) === 1;
  return shape.map((_, axis) => {
    if (waveform) return WAVEFORM;
    return shape.length >= 3 && axis === shape.length - 1 ? FEATURES : SEQUENCE;
  });
}

/** `past_length + 1` where past_length is known. */
function sum(name: string, values: ReadonlyMap<string, number>): number | undefined {
  const terms = name.split('+').map((term) => term.trim());
  if (terms.length < 2) return undefined;
  let total = 0;
  for (const term of terms) {
    const value = /^\d{1,9}$/.test(term) ? Number(term) : values.get(term);
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}
