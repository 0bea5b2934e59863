import type { ChartConfiguration } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { formatCompact, formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { domain, type Bar, type ClipMark } from '../view/histogram.js';
import type { Point } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import { withAlpha, type Palette } from './palette.js';

/** What lies outside the clip range is shaded; its ends are lines with their values. A typical channel's range is two dashed lines. */
function clipAnnotations(
  palette: Palette,
  clip: ClipMark,
  typical: ClipMark | null,
  min: number,
  max: number,
): Record<string, AnnotationOptions> {
  const outside = (xMin: number, xMax: number): AnnotationOptions => ({
    type: 'box',
    xMin,
    xMax,
    backgroundColor: withAlpha(palette.outside, 0.1),
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
  });
  const end = (value: number): AnnotationOptions => ({
    type: 'line',
    scaleID: 'x',
    value,
    borderColor: palette.clip,
    borderWidth: 2,
    label: {
      display: true,
      content: formatReal(value),
      position: 'start',
      color: palette.foreground,
      backgroundColor: withAlpha(palette.background, 0.85),
      borderColor: palette.clip,
      borderWidth: 1,
      borderRadius: 2,
      font: { weight: 'normal' },
      padding: { x: 4, y: 2 },
    },
  });
  const dashed = (value: number): AnnotationOptions => ({
    type: 'line',
    scaleID: 'x',
    value,
    borderColor: palette.clip,
    borderWidth: 1,
    borderDash: [4, 3],
  });
  return {
    ...(typical ? { typicalLo: dashed(typical.lo), typicalHi: dashed(typical.hi) } : {}),
    left: outside(min, clip.lo),
    right: outside(clip.hi, max),
    lo: end(clip.lo),
    hi: end(clip.hi),
  };
}

/** Counts over values, with the clip range on it. */
export function histogramChart(
  palette: Palette,
  bars: readonly Bar[],
  clip: ClipMark | null,
  typical: ClipMark | null,
  logScale: boolean,
): ChartConfiguration<'bar', Point[]> {
  const { min, max } = domain(bars, clip);
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const x = axis(palette, t('Weight value'), false);
  const y = axis(palette, logScale ? t('Weights per bin (log)') : t('Weights per bin'), true);
  return {
    type: 'bar',
    data: {
      datasets: [
        {
          data: bars.map(({ lo, hi, count }) => ({ x: (lo + hi) / 2, y: count })),
          backgroundColor: bars.map(({ outside }) => (outside > 0.5 ? palette.outside : palette.bar)),
          barPercentage: 1,
          categoryPercentage: 1,
          grouped: false,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'linear',
          min,
          max,
          offset: false,
          ticks: { ...x.ticks, maxTicksLimit: 9, includeBounds: false, callback: (value) => formatReal(Number(value)) },
        },
        y: logScale
          ? {
              ...y,
              type: 'logarithmic',
              min: 0.5,
              ticks: { ...y.ticks, callback: (value) => (Math.log10(Number(value)) % 1 === 0 ? formatCompact(Number(value)) : null) },
            }
          : {
              ...y,
              type: 'linear',
              beginAtZero: true,
              ticks: { ...y.ticks, maxTicksLimit: 6, callback: (value) => formatCompact(Number(value)) },
            },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltip(palette),
          displayColors: false,
          callbacks: {
            title: ([item]) => (item ? t('{0} to {1}', formatReal(bars[item.dataIndex].lo), formatReal(bars[item.dataIndex].hi)) : ''),
            label: ({ dataIndex }) => {
              const { count } = bars[dataIndex];
              return t('{0} of {1} weights', formatCount(count), formatCount(total));
            },
          },
        },
        annotation: {
          animations: { numbers: { duration: 0 } },
          annotations: clip ? clipAnnotations(palette, clip, typical, min, max) : {},
        },
      },
    },
  };
}
