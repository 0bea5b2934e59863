import type { LayerFacts } from '../engine/index.js';
import type { Layer } from '../model/types.js';
import type { Finding } from '../report/types.js';

/** Plain schemes, and those that stand for remedies; the gain of a remedy is its scheme's local SQNR less the plain one's. */
const WEIGHT = {
  plain: 'int4/tensor/minmax',
  perChannel: 'int4/channel/minmax',
  clipped: 'int4/tensor/mse',
  asymmetric: 'uint4/tensor/minmax',
} as const;
const ACTIVATION = { plain: 'int8/tensor/minmax', clipped: 'int8/tensor/mse', asymmetric: 'uint8/tensor/minmax' } as const;

/** Schemes that have to be measured locally for the causes to be found. */
export const REMEDIES: { readonly weight: readonly string[]; readonly activation: readonly string[] } = {
  weight: Object.values(WEIGHT),
  activation: Object.values(ACTIVATION),
};

/** Gains below this are not worth a word, dB. */
const LEAST_GAIN = 1;
/** A largest value of so many standard deviations is an outlier. */
const OUTLIER = 8;
/** Channels whose ranges differ by this factor share a scale badly. */
const IMBALANCE = 4;

const decibels = (value: number): string => `${value.toFixed(1)} dB`;
const times = (value: number): string => (value >= 100 ? `${Math.round(value)}×` : `${value.toFixed(1)}×`);

/** What makes a layer hard to quantize, and what its remedies gain at the layer's own output, most gain first. */
export function findCauses(facts: LayerFacts, layer: Layer): Finding[] {
  const found = [...weightCauses(facts, layer), ...activationCauses(facts)];
  return found.sort((a, b) => (b.gainDb ?? -1) - (a.gainDb ?? -1));
}

function gainOf(facts: LayerFacts, target: 'weight' | 'activation', plain: string, remedy: string): number | null {
  const local = (scheme: string): number | null | undefined =>
    facts.local.find((error) => error.target === target && error.scheme === scheme)?.sqnrDb;
  const [before, after] = [local(plain), local(remedy)];
  return typeof before === 'number' && typeof after === 'number' ? after - before : null;
}

function weightCauses(facts: LayerFacts, layer: Layer): Finding[] {
  const found: Finding[] = [];
  const target = 'weight';
  const { weightChannels } = facts;
  if (weightChannels && weightChannels.dead > 0)
    found.push({
      cause: 'dead-channels',
      target,
      text: `${weightChannels.dead} of ${weightChannels.channels} output channels have no weights to speak of`,
      remedy: 'remove the channels, or leave them out of the range',
      gainDb: null,
    });
  const perChannel = gainOf(facts, target, WEIGHT.plain, WEIGHT.perChannel);
  if (weightChannels && layer.channelAxis !== null && perChannel !== null && perChannel >= LEAST_GAIN) {
    const ratio = weightChannels.largest / Math.max(weightChannels.median, Number.MIN_VALUE);
    if (ratio >= IMBALANCE || perChannel >= 3)
      found.push({
        cause: 'channel-imbalance',
        target,
        text: `the widest output channel reaches ${times(ratio)} as far as the middle one, so one scale for all wastes codes`,
        remedy: `a scale per channel gains ${decibels(perChannel)} at 4 bits`,
        gainDb: perChannel,
      });
  }
  const clipped = gainOf(facts, target, WEIGHT.plain, WEIGHT.clipped);
  if (facts.weightPeak !== null && facts.weightPeak >= OUTLIER && clipped !== null && clipped >= LEAST_GAIN)
    found.push({
      cause: 'outliers',
      target,
      text: `the largest weight is ${facts.weightPeak.toFixed(1)} standard deviations out`,
      remedy: `clipping for the least squared error gains ${decibels(clipped)} at 4 bits`,
      gainDb: clipped,
    });
  const asymmetric = gainOf(facts, target, WEIGHT.plain, WEIGHT.asymmetric);
  if (asymmetric !== null && asymmetric >= LEAST_GAIN)
    found.push({
      cause: 'asymmetry',
      target,
      text: 'the weights reach further to one side of zero than to the other, so a symmetric grid wastes codes',
      remedy: `a zero point gains ${decibels(asymmetric)} at 4 bits`,
      gainDb: asymmetric,
    });
  const plain = facts.local.find((error) => error.target === target && error.scheme === WEIGHT.plain);
  if (typeof plain?.sqnrDb === 'number' && typeof plain.unbiasedDb === 'number' && plain.unbiasedDb - plain.sqnrDb >= LEAST_GAIN)
    found.push({
      cause: 'bias-shift',
      target,
      text: 'quantizing the weights shifts the means of the output channels',
      remedy: `correcting the bias by the mean error gains ${decibels(plain.unbiasedDb - plain.sqnrDb)} at 4 bits`,
      gainDb: plain.unbiasedDb - plain.sqnrDb,
    });
  return found;
}

function activationCauses(facts: LayerFacts): Finding[] {
  const found: Finding[] = [];
  const { input } = facts;
  if (!input) return found;
  const target = 'activation';
  const { min, max, mean, std } = input.statistics;
  const asymmetric = gainOf(facts, target, ACTIVATION.plain, ACTIVATION.asymmetric);
  if (asymmetric !== null && asymmetric >= LEAST_GAIN)
    found.push(
      min >= 0 || max <= 0
        ? {
            cause: 'one-sided',
            target,
            text: `the input is never ${min >= 0 ? 'negative' : 'positive'}, so a symmetric grid leaves half its codes unused`,
            remedy: `an unsigned format gains ${decibels(asymmetric)} at 8 bits`,
            gainDb: asymmetric,
          }
        : {
            cause: 'asymmetry',
            target,
            text: `the input goes from ${min.toPrecision(3)} to ${max.toPrecision(3)}, so a symmetric grid wastes codes`,
            remedy: `a zero point gains ${decibels(asymmetric)} at 8 bits`,
            gainDb: asymmetric,
          },
    );
  const clipped = gainOf(facts, target, ACTIVATION.plain, ACTIVATION.clipped);
  const peak = std > 0 ? Math.max(max - mean, mean - min) / std : 0;
  if (peak >= OUTLIER && clipped !== null && clipped >= LEAST_GAIN)
    found.push({
      cause: 'outliers',
      target,
      text: `the largest input is ${peak.toFixed(1)} standard deviations out`,
      remedy: `clipping for the least squared error gains ${decibels(clipped)} at 8 bits`,
      gainDb: clipped,
    });
  const channels = facts.inputChannels;
  const dead = channels?.filter(([lo, hi]) => lo === hi).length ?? 0;
  if (channels && dead > 0 && channels.length > 1)
    found.push({
      cause: 'dead-channels',
      target,
      text: `${dead} of ${channels.length} input channels never change`,
      remedy: 'remove the channels that make them',
      gainDb: null,
    });
  if (facts.bias !== null && facts.bias.overflows)
    found.push({
      cause: 'bias-overflow',
      target,
      text: `the bias needs ${facts.bias.bits.toFixed(1)} bits at the scale that 8-bit weights and inputs imply, int32 has 32`,
      remedy: 'a scale for the tensor instead of one per channel, or a wider range for the channels that overflow',
      gainDb: null,
    });
  return found;
}
