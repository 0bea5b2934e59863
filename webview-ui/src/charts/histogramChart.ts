import type { ChartConfiguration, ScriptableContext } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { formatCompact, formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { Bar, ClipMark } from '../view/histogram.js';
import type { Point } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import { withAlpha, type Palette } from './palette.js';

export interface HistogramLook {
  readonly bars: readonly Bar[];
  /** What the horizontal axis reaches from and to. */
  readonly domain: ClipMark;
  readonly clip: ClipMark | null;
  /** The range of a typical channel, where channels have their own. */
  readonly typical: ClipMark | null;
  readonly logScale: boolean;
  readonly of: 'weights' | 'values';
  /** CSS pixels to leave free on the right, and to take at least for the vertical axis. */
  readonly marginRight: number;
  readonly marginLeft: number;
}

type LabelContext = Pick<ScriptableContext<'line'>, 'chart'>;

/** Pixels from the middle of its line to the middle of a label: labels stand on the outer sides of the range, within the chart. */
function labelShift(content: string, fontSize: number, value: number, side: -1 | 1) {
  return ({ chart }: LabelContext): number => {
    const { left, right } = chart.chartArea;
    const width = content.length * fontSize * 0.6 + 12;
    const line = Math.min(right, Math.max(left, chart.scales['x'].getPixelForValue(value)));
    const middle = Math.min(right - width / 2, Math.max(left + width / 2, line + (side * width) / 2));
    return middle - line;
  };
}

/** What lies outside the clip range is shaded; its ends are lines with their values. A typical channel's range is two dashed lines. */
function clipAnnotations(palette: Palette, { clip, typical, domain }: HistogramLook): Record<string, AnnotationOptions> {
  if (!clip) return {};
  const inSight = (value: number): number => Math.min(domain.hi, Math.max(domain.lo, value));
  const outside = (xMin: number, xMax: number): AnnotationOptions => ({
    type: 'box',
    xMin,
    xMax,
    backgroundColor: withAlpha(palette.outside, 0.1),
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
  });
  const end = (value: number, side: -1 | 1): AnnotationOptions => ({
    type: 'line',
    scaleID: 'x',
    value: inSight(value),
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
      xAdjust: labelShift(formatReal(value), palette.fontSize, inSight(value), side),
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
    left: outside(domain.lo, inSight(clip.lo)),
    right: outside(inSight(clip.hi), domain.hi),
    lo: end(clip.lo, -1),
    hi: end(clip.hi, 1),
  };
}

/** Counts over values, with the clip range on it. */
export function histogramChart(palette: Palette, look: HistogramLook): ChartConfiguration<'bar', Point[]> {
  const { bars, domain, logScale, of, marginRight, marginLeft } = look;
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const x = axis(palette, of === 'weights' ? t('Weight value') : t('Value'), false);
  const perBin = of === 'weights' ? t('Weights per bin') : t('Values per bin');
  const wide = { afterFit: (scale: { width: number }) => void (scale.width = Math.max(scale.width, marginLeft)) };
  const y = axis(palette, logScale ? t('{0} (log)', perBin) : perBin, true);
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
      layout: { padding: { right: marginRight } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'linear',
          min: domain.lo,
          max: domain.hi,
          offset: false,
          ticks: { ...x.ticks, maxTicksLimit: 9, includeBounds: false, callback: (value) => formatReal(Number(value)) },
        },
        y: logScale
          ? {
              ...y,
              ...wide,
              type: 'logarithmic',
              min: 0.5,
              ticks: { ...y.ticks, callback: (value) => (Math.log10(Number(value)) % 1 === 0 ? formatCompact(Number(value)) : null) },
            }
          : {
              ...y,
              ...wide,
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
              const counts = [formatCount(bars[dataIndex].count), formatCount(total)] as const;
              return of === 'weights' ? t('{0} of {1} weights', ...counts) : t('{0} of {1} values', ...counts);
            },
          },
        },
        annotation: { animations: { numbers: { duration: 0 } }, annotations: clipAnnotations(palette, look) },
      },
    },
  };
}
