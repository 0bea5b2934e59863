import type { ClipRange } from '../../core/formats/index.js';
import { equalizingScales, reachBetween } from '../../core/remedies/equalize.js';
import { inputChannelOf, inputChannels, outputChannelOf } from '../../core/remedies/linear.js';
import type { ChannelRanges } from '../../core/remedies/transform.js';
import type { EqualizablePair } from '../readers/onnx/equalizable.js';
import type { Layer, Tensor } from '../types.js';

/** A pair of layers that was equalized, and the factors that the channels between them were divided by. */
export interface EqualizedPair {
  readonly pair: EqualizablePair;
  readonly scales: Float64Array;
}

/** Layers whose weights are evened out with those of others, and how. */
export interface Equalized {
  readonly layers: readonly Layer[];
  readonly pairs: readonly EqualizedPair[];
}

/**
 * Equalizes pairs of layers one after the other, in the order of their first layers: where a layer is the second one of one pair and the first one of another, the second pair takes
 * its weight as the first pair left it. Weights are scaled as they are read.
 */
export async function equalizePairs(layers: readonly Layer[], wanted: readonly EqualizablePair[]): Promise<Equalized> {
  const now = [...layers];
  const pairs: EqualizedPair[] = [];
  for (const pair of [...wanted].sort((a, b) => a.first - b.first)) {
    const [first, second] = [now[pair.first].weight, now[pair.second].weight];
    const reach = reachBetween(
      { weight: await first.read(0, first.elements), linear: pair.firstWeight },
      { weight: await second.read(0, second.elements), linear: pair.secondWeight, spread: pair.spread },
    );
    const scales = equalizingScales(reach.first, reach.second);
    const [output, input] = [outputChannelOf(pair.firstWeight), inputChannelOf(pair.secondWeight)];
    now[pair.first] = { ...now[pair.first], weight: mapped(first, (w, e) => w / scales[output(e)]) };
    now[pair.second] = { ...now[pair.second], weight: mapped(second, (w, e) => w * scales[Math.floor(input(e) / pair.spread)]) };
    pairs.push({ pair, scales });
  }
  return { layers: now, pairs };
}

/** A tensor each of whose elements goes through a function. */
function mapped(tensor: Tensor, change: (value: number, element: number) => number): Tensor {
  return { ...tensor, read: async (start, end) => (await tensor.read(start, end)).map((value, i) => change(value, start + i)) };
}

/** What each input channel of a layer is divided by; null where nothing is. */
export function inputFactors(pairs: readonly EqualizedPair[], layer: number): Float64Array | null {
  const before = pairs.find(({ pair }) => pair.second === layer);
  if (!before) return null;
  const { pair, scales } = before;
  return Float64Array.from({ length: inputChannels(pair.secondWeight) }, (_, c) => scales[Math.floor(c / pair.spread)]);
}

/**
 * The range of a value whose channels were divided by factors.
 * @param clip what it is clipped to as it was
 * @param ranges of its channels, as they were
 */
export function dividedRange(clip: ClipRange, ranges: ChannelRanges, factors: Float64Array): ClipRange {
  let [lo, hi] = [0, 0];
  ranges.forEach(([low, high], c) => {
    lo = Math.min(lo, Math.max(low, clip.lo) / factors[c]);
    hi = Math.max(hi, Math.min(high, clip.hi) / factors[c]);
  });
  return { lo, hi };
}
