import type { ChartConfiguration } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { ClipCurvePoint, LeastError, MethodPoint } from '../view/clipCurve.js';
import type { Point } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import type { Palette } from './palette.js';

/** Errors this far below the least total are of no interest and would stretch the axis, dB. */
const DEEP = 15;

/** Their data set, behind the three lines. */
const METHODS = 3;

/** Rounding, saturation and their sum over the clip range; the least sum is ringed, ranges that methods choose are diamonds, the one being looked at is a line. */
export function clipCurveChart(
  palette: Palette,
  points: readonly ClipCurvePoint[],
  best: LeastError | undefined,
  methods: readonly MethodPoint[],
  ratio: number | null,
): ChartConfiguration<'line', Point[]> {
  const x = axis(palette, t('Clip range, % of the full range'), false);
  const y = axis(palette, t('Error / signal (dB)'), true);
  const floor = (best?.total ?? 0) - DEEP;
  const line = (label: string, of: 'total' | 'granular' | 'overload', colour: string, dash: number[], width: number) => ({
    label,
    data: points.filter((point) => point[of] > floor - DEEP).map((point) => ({ x: point.ratio, y: point[of] })),
    borderColor: colour,
    backgroundColor: colour,
    borderDash: dash,
    borderWidth: width,
    pointRadius: 0,
    pointHoverRadius: 4,
  });
  const annotations: Record<string, AnnotationOptions> = {
    ...(best && Number.isFinite(best.total)
      ? {
          least: {
            type: 'point',
            xValue: best.ratio,
            yValue: best.total,
            radius: 7,
            backgroundColor: 'transparent',
            borderColor: palette.foreground,
            borderWidth: 2,
          },
        }
      : {}),
    ...(ratio !== null
      ? {
          here: {
            type: 'line',
            scaleID: 'x',
            value: Math.min(points.at(-1)?.ratio ?? 1, Math.max(points[0]?.ratio ?? 0, ratio)),
            borderColor: palette.clip,
            borderWidth: 2,
          },
        }
      : {}),
  };
  return {
    type: 'line',
    data: {
      datasets: [
        line(t('rounding and saturation'), 'total', palette.foreground, [], 2.5),
        line(t('rounding'), 'granular', palette.series[0], [6, 3], 1.5),
        line(t('saturation'), 'overload', palette.outside, [2, 3], 1.5),
        {
          // the legend's lines are those of the others
          label: `◇ ${t('chosen by methods')}`,
          data: methods.map(({ ratio: x, total: y }) => ({ x, y })),
          showLine: false,
          borderColor: 'transparent',
          backgroundColor: palette.background,
          pointBorderColor: palette.foreground,
          pointBackgroundColor: palette.background,
          pointStyle: 'rectRot',
          pointRadius: 5,
          pointHoverRadius: 6,
          pointBorderWidth: 1.5,
          order: -1,
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
          type: 'logarithmic',
          min: points[0]?.ratio ?? 0.01,
          max: 1,
          afterBuildTicks: (scale) => {
            scale.ticks = [0.02, 0.05, 0.1, 0.2, 0.5, 1].map((value) => ({ value }));
          },
          ticks: { ...x.ticks, callback: (value) => formatShare(Number(value)) },
        },
        y: { ...y, type: 'linear', min: 20 * Math.floor(floor / 20), grace: '5%', ticks: { ...y.ticks, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: {
          position: 'bottom',
          labels: {
            boxWidth: 28,
            boxHeight: 0,
            color: palette.foreground,
            padding: 12,
            sort: (a, b) => (a.datasetIndex ?? 0) - (b.datasetIndex ?? 0),
          },
        },
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]) => {
              const point = item && [...points, ...methods].find(({ ratio }) => ratio === item.parsed.x);
              return point ? t('{0} of the full range, up to {1}', formatShare(point.ratio), formatReal(point.end)) : '';
            },
            label: ({ dataset, datasetIndex, dataIndex, parsed }) =>
              t(
                '{0}: {1} dB',
                datasetIndex === METHODS ? methods[dataIndex].methods.join(', ') : (dataset.label ?? ''),
                formatDb(parsed.y),
              ),
          },
        },
        annotation: { animations: { numbers: { duration: 0 } }, annotations },
      },
    },
  };
}
