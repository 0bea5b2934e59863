import type { ChartConfiguration } from 'chart.js';
import type { Plan } from '../../../../src/report/plan.js';
import type { Point } from '../../charts/chart.js';
import { axis as axisLook, motion, tooltip } from '../../charts/common.js';
import type { Palette } from '../../charts/palette.js';
import { formatDb } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { looksOf } from '../../view/frontLooks.js';
import { axisWord, formatAxis, landmarks, type Axis, type FrontPoint } from '../../view/plans.js';
import { wasRun } from '../../view/planWords.js';

/** Decibels over costs: the front, the point that is looked at, and what stands beside it. What is predicted is hollow, what was measured is filled. */
export function frontChart(
  palette: Palette,
  plan: Plan,
  seen: Axis,
  points: readonly FrontPoint[],
  chosen: number | null,
  shown?: { readonly plan: Plan; readonly point: boolean },
): ChartConfiguration<'line', Point[]> {
  const marks = landmarks(plan, seen, shown);
  const shapes = looksOf(marks);
  const x = axisLook(palette, axisWord(seen), false);
  const y = axisLook(palette, wasRun(plan) ? t('SQNR at the outputs (dB)') : t('SQNR of the weights (dB)'), true);
  const front = palette.series[0];
  const at = chosen === null ? undefined : points[chosen];
  return {
    type: 'line',
    data: {
      datasets: [
        ...marks.map(({ label, x: cost, db, how }, i) => {
          const { style, radius, rotation = 0 } = shapes[i];
          const color = palette.series[shapes[i].color % palette.series.length];
          return {
            label: displayName(label, 80),
            data: [{ x: cost, y: db }],
            showLine: false,
            pointStyle: style,
            pointRotation: rotation,
            pointRadius: radius,
            pointHoverRadius: radius + 1,
            pointBorderWidth: 2,
            borderColor: color,
            backgroundColor: color,
            pointBackgroundColor: how === 'measured' ? color : palette.background,
          };
        }),
        {
          label: t('Front, predicted'),
          data: points.map(({ x: cost, db }) => ({ x: cost, y: db })),
          borderColor: front,
          backgroundColor: front,
          borderWidth: 2,
          pointBackgroundColor: palette.background,
          pointBorderWidth: 1.5,
          pointRadius: 3,
          pointHoverRadius: 5,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'linear',
          grace: '3%',
          ticks: { ...x.ticks, maxTicksLimit: 8, callback: (value) => formatAxis(seen, Number(value)) },
        },
        y: {
          ...y,
          type: 'linear',
          ...tens([...points, ...marks].map(({ db }) => db)),
          ticks: { ...y.ticks, maxTicksLimit: 8, includeBounds: false },
        },
      },
      plugins: {
        legend: {
          position: 'bottom',
          labels: { usePointStyle: true, boxHeight: 7, color: palette.foreground, padding: 12 },
        },
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]) => item?.dataset.label ?? '',
            label: ({ parsed }) => t('{0}: {1} dB', formatAxis(seen, Number(parsed.x)), formatDb(parsed.y)),
          },
        },
        annotation: {
          animations: { numbers: { duration: 0 } },
          annotations: at
            ? {
                chosen: {
                  type: 'point',
                  xValue: at.x,
                  yValue: at.db,
                  radius: 9,
                  backgroundColor: 'transparent',
                  borderColor: palette.foreground,
                  borderWidth: 2,
                },
                drop: {
                  type: 'line',
                  scaleID: 'x',
                  value: at.x,
                  borderColor: palette.foreground,
                  borderWidth: 1,
                  borderDash: [3, 3],
                },
              }
            : {},
        },
      },
    },
  };
}

/** The tens of decibels that all figures lie between. */
const tens = (decibels: readonly number[]): { readonly min: number; readonly max: number } => ({
  min: 10 * Math.floor(Math.min(...decibels, 0) / 10),
  max: 10 * Math.ceil((Math.max(...decibels, 10) + 1) / 10),
});
