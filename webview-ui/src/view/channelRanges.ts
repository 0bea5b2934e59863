/** How the channels of a weight differ, as rows and as a sentence. */
import type { ChannelRanges } from '../../../src/report/clipStudy.js';
import { formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';

export interface ChannelRow {
  readonly channel: number;
  readonly min: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly max: number;
  /** Largest magnitude. */
  readonly reach: number;
  /** Nothing but zeros. */
  readonly dead: boolean;
}

export const channelRows = ({ min, low, median, high, max }: ChannelRanges): readonly ChannelRow[] =>
  Array.from(min, (lowest, channel) => {
    const reach = Math.max(Math.abs(lowest), Math.abs(max[channel]));
    return {
      channel,
      min: lowest,
      low: low[channel],
      median: median[channel],
      high: high[channel],
      max: max[channel],
      reach,
      dead: reach === 0,
    };
  });

/** The widest channel over the narrowest that is not dead; null without two of them. */
export function imbalance(
  rows: readonly ChannelRow[],
): { readonly ratio: number; readonly widest: ChannelRow; readonly narrowest: ChannelRow } | null {
  const alive = rows.filter(({ dead }) => !dead);
  if (alive.length < 2) return null;
  const widest = alive.reduce((a, b) => (b.reach > a.reach ? b : a));
  const narrowest = alive.reduce((a, b) => (b.reach < a.reach ? b : a));
  return { ratio: widest.reach / narrowest.reach, widest, narrowest };
}

export function channelReading(rows: readonly ChannelRow[]): string {
  const dead = rows.filter(({ dead }) => dead).length;
  const found = imbalance(rows);
  const deadText =
    dead === 0
      ? ''
      : dead === 1
        ? t('1 channel is dead: all its weights are zero.')
        : t('{0} channels are dead: all their weights are zero.', formatCount(dead));
  if (!found) return deadText || t('There is one channel.');
  const ranges = t(
    'Of {0} channels the widest ({1}) reaches {2} times as far as the narrowest ({3}).',
    formatCount(rows.length),
    formatCount(found.widest.channel),
    formatReal(found.ratio),
    formatCount(found.narrowest.channel),
  );
  return deadText ? `${ranges} ${deadText}` : ranges;
}
