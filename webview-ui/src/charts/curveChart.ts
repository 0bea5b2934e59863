import type { ChartConfiguration, PointStyle } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Advice } from '../../../src/report/types.js';
import { formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { widths, type Basis, type Family } from '../view/schemes.js';
import type { Point } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import type { Palette } from './palette.js';

// lines are told apart by dash and marker as well as by colour
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]];
const markers: readonly PointStyle[] = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot'];

/** SQNR over bits, a line per family, with the target, what is planned (a ring) and the suggestion where that is another one (a dashed ring). What is predicted is hollow. */
export function curveChart(
  palette: Palette,
  families: readonly Family[],
  target: number,
  { planned, suggested }: { readonly planned: Advice | null; readonly suggested: Advice | null },
  basis: Basis,
): ChartConfiguration<'line', Point[]> {
  const x = axis(palette, t('Bits'), false);
  const y = axis(palette, t('SQNR (dB)'), true);
  const annotations: Record<string, AnnotationOptions> = {
    target: {
      type: 'line',
      scaleID: 'y',
      value: target,
      borderColor: palette.foreground,
      borderWidth: 1,
      borderDash: [3, 3],
      label: {
        display: true,
        content: t('target {0} dB', formatDb(target).replace(/[.,]0$/, '')),
        position: 'start',
        color: palette.foreground,
        backgroundColor: palette.background,
        font: { weight: 'normal' },
        padding: { x: 4, y: 2 },
      },
    },
  };
  const ring = (name: string, advice: Advice | null, look: { readonly borderDash?: number[]; readonly borderWidth: number }): void => {
    const kept = basis === 'weights' ? advice?.sqnrDb : advice?.outputSqnrDb;
    if (!advice || typeof kept !== 'number' || Number.isNaN(kept) || !widths.includes(advice.bits)) return;
    annotations[name] = {
      type: 'point',
      xValue: advice.bits,
      yValue: kept,
      radius: 8,
      backgroundColor: 'transparent',
      borderColor: palette.foreground,
      ...look,
    };
  };
  ring('planned', planned, { borderWidth: 2 });
  if (suggested !== planned) ring('suggestion', suggested, { borderWidth: 1.5, borderDash: [2, 2] });
  // an error of zero has no place on the axis
  const lines = families.map(({ label, errors, mixed }) => ({ label, mixed, points: errors.filter(({ sqnrDb }) => sqnrDb !== null) }));
  return {
    type: 'line',
    data: {
      datasets: lines.map(({ label, points }, i) => ({
        label,
        data: points.map(({ bits, sqnrDb }) => ({ x: bits, y: sqnrDb! })),
        pointBackgroundColor: points.map(({ how }) =>
          how === 'predicted' ? palette.background : palette.series[i % palette.series.length],
        ),
        pointBorderWidth: 1.5,
        borderColor: palette.series[i % palette.series.length],
        backgroundColor: palette.series[i % palette.series.length],
        borderDash: [...dashes[i % dashes.length]],
        pointStyle: markers[i % markers.length],
        borderWidth: 2,
        pointRadius: 3.5,
        pointHoverRadius: 5,
      })),
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
          min: widths[0] - 0.25,
          max: widths[widths.length - 1] + 0.25,
          ticks: { ...x.ticks, stepSize: 1, includeBounds: false },
        },
        y: { ...y, type: 'linear', beginAtZero: true, grace: '5%', ticks: { ...y.ticks, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: { position: 'bottom', labels: { usePointStyle: true, boxHeight: 7, color: palette.foreground, padding: 12 } },
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]) => (item ? t('{0} bits', item.parsed.x ?? '') : ''),
            label: ({ datasetIndex, dataIndex, parsed }) => {
              const { label, mixed, points } = lines[datasetIndex];
              const { scheme, how } = points[dataIndex];
              const name = mixed ? t('{0} ({1})', label, scheme) : label;
              return how === 'predicted'
                ? t('{0}: {1} dB, predicted', name, formatDb(parsed.y))
                : t('{0}: {1} dB', name, formatDb(parsed.y));
            },
          },
        },
        annotation: { animations: { numbers: { duration: 0 } }, annotations },
      },
    },
  };
}
