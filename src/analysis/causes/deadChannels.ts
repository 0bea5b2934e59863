import type { ChannelExtents } from '../../core/tensor.js';
import type { Finding } from '../../report/types.js';
import { plural } from './finding.js';

/** Channels that reach less than this share of the middle one are all but zero. */
const NOTHING = 1e-4;
/** Fewer channels than this share are not worth the trouble. */
const LEAST_SHARE = 0.01;

/** Output channels without weights to speak of. Nothing is gained in dB by taking them out: they are there for nothing. */
export function deadOutputs({ min, max }: ChannelExtents, elements: number): Finding | null {
  const channels = min.length;
  const reach = min.map((lo, c) => Math.max(-lo, max[c]));
  const middle = [...reach].sort((a, b) => a - b)[channels >> 1];
  const dead = reach.filter((r) => r <= NOTHING * middle).length;
  if (channels < 2 || dead === channels || dead < Math.max(1, LEAST_SHARE * channels)) return null;
  const saved = (dead * elements) / channels;
  return {
    cause: 'dead-channels',
    target: 'weight',
    text: `${dead} of ${plural(channels, 'output channel')} ${dead === 1 ? 'is' : 'are'} all but zero.`,
    remedy: `Removing ${dead === 1 ? 'it' : 'them'} saves ${saved} of ${elements} weights.`,
    gainDb: null,
    numbers: { dead, channels, saved, elements },
  };
}

/** Of fewer values of a channel, that they are all alike tells nothing: a value that comes once in a hundred is missed by a thousand once in 20,000 times. */
const ENOUGH = 1000;

/** Input channels that never change: what they add is a constant, which belongs into the bias. */
export function deadInputs(
  { channels, dead, values }: { readonly channels: number; readonly dead: number; readonly values: number },
  elements: number,
): Finding | null {
  if (channels < 2 || dead < Math.max(1, LEAST_SHARE * channels) || values < ENOUGH) return null;
  const saved = Math.round((dead * elements) / channels);
  return {
    cause: 'dead-channels',
    target: 'activation',
    text: `${dead} of ${plural(channels, 'input channel')} never ${dead === 1 ? 'changes' : 'change'} in ${values} values each.`,
    remedy: `Removing ${dead === 1 ? 'it' : 'them'}, what ${dead === 1 ? 'it adds' : 'they add'} put into the bias, saves ${saved} of ${elements} weights.`,
    gainDb: null,
    numbers: { dead, channels, values, saved, elements },
  };
}
