import type { ChannelStatistics } from '../tensor.js';
import { knownOfChannel, type Survey } from './survey.js';

/** What the first visit told of every channel. */
export function channelStatistics(survey: Survey): ChannelStatistics {
  const known = Array.from(survey.channelCount, (_, channel) => knownOfChannel(survey, channel));
  const finite = (v: number): number => (Number.isFinite(v) ? v : 0);
  return {
    min: known.map(({ min }) => finite(min)),
    max: known.map(({ max }) => finite(max)),
    mean: Array.from(survey.channelMean),
    std: known.map(({ std }) => std),
    zeros: known.map(({ zeros }) => zeros),
  };
}
