import type { ChartConfiguration } from 'chart.js';
import { formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { ChannelRow } from '../view/channelRanges.js';
import type { Point, Span } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import { withAlpha, type Palette } from './palette.js';

/** Above so many channels boxes are too narrow for lines of their own. */
const MANY = 150;

/** A box for every channel: thin from the smallest to the largest value, wide over the middle half, a line at the median; crosses for dead channels. */
export function channelChart(palette: Palette, rows: readonly ChannelRow[]): ChartConfiguration<'bar' | 'line', (Point | Span)[]> {
  const x = axis(palette, t('Channel'), false);
  const y = axis(palette, t('Weight value'), true);
  const span = (from: 'min' | 'low', to: 'max' | 'high'): Span[] => rows.map((row) => ({ x: row.channel, y: [row[from], row[to]] }));
  const many = rows.length > MANY;
  const points = (of: (row: ChannelRow) => boolean): Point[] => rows.filter(of).map(({ channel, median }) => ({ x: channel, y: median }));
  return {
    type: 'bar',
    data: {
      datasets: [
        {
          type: 'line' as const,
          label: t('median'),
          data: points(({ dead }) => !dead),
          showLine: many,
          borderColor: palette.foreground,
          backgroundColor: palette.foreground,
          borderWidth: 1,
          pointStyle: 'line' as const,
          pointRadius: many ? 0 : Math.max(1.5, Math.min(7, 120 / rows.length)),
          pointBorderWidth: 2,
        },
        {
          type: 'line' as const,
          label: t('dead'),
          data: points(({ dead }) => dead),
          showLine: false,
          borderColor: palette.outside,
          backgroundColor: palette.outside,
          pointStyle: 'crossRot' as const,
          pointRadius: 5,
          pointBorderWidth: 2,
        },
        {
          type: 'bar' as const,
          label: t('middle half'),
          data: span('low', 'high'),
          backgroundColor: palette.bar,
          barPercentage: many ? 1 : 0.8,
          categoryPercentage: 1,
          grouped: false,
        },
        {
          type: 'bar' as const,
          label: t('all'),
          data: span('min', 'max'),
          backgroundColor: withAlpha(palette.bar, 0.35),
          barPercentage: many ? 1 : 0.25,
          categoryPercentage: 1,
          grouped: false,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'linear',
          offset: false,
          min: -0.7,
          max: rows.length - 0.3,
          ticks: {
            ...x.ticks,
            includeBounds: false,
            precision: 0,
            maxTicksLimit: 12,
            callback: (value) => (Number.isInteger(Number(value)) ? formatCount(Number(value)) : null),
          },
        },
        y: { ...y, type: 'linear', ticks: { ...y.ticks, maxTicksLimit: 6, callback: (value) => formatReal(Number(value)) } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltip(palette),
          displayColors: false,
          filter: (item) => item.datasetIndex === 3,
          callbacks: {
            title: ([item]) => (item ? t('Channel {0}', formatCount(item.parsed.x)) : ''),
            label: ({ dataIndex }) => {
              const { min, low, median, high, max, dead } = rows[dataIndex];
              if (dead) return t('dead: all weights are zero');
              return [
                t('all: {0} to {1}', formatReal(min), formatReal(max)),
                t('middle half: {0} to {1}', formatReal(low), formatReal(high)),
                t('median: {0}', formatReal(median)),
              ];
            },
          },
        },
        annotation: { annotations: {} },
      },
    },
  };
}
