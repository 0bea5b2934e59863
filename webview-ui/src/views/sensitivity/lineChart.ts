import type { ChartConfiguration } from 'chart.js';
import type { Point } from '../../charts/chart.js';
import { axis, motion, tooltip } from '../../charts/common.js';
import type { Palette } from '../../charts/palette.js';
import { formatDb } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import type { TogetherRow } from '../../view/sensitivities.js';

/** How the error piles up: decibels at each layer's own output, downwards, so that a rising line is growing error. */
export function accumulatedChart(
  palette: Palette,
  rows: readonly TogetherRow[],
  name: (layer: number) => string,
  cursor: number | null,
  base: number,
): ChartConfiguration<'line', Point[]> {
  const x = axis(palette, t('Layer, in the order of execution'), false);
  const y = axis(palette, t('SQNR at the layer’s output (dB)'), true);
  const known = rows.flatMap(({ accumulated }, i) => (typeof accumulated === 'number' ? [{ x: i, y: accumulated }] : []));
  return {
    type: 'line',
    data: {
      datasets: [
        {
          label: t('accumulated error'),
          data: known,
          borderColor: palette.series[2],
          backgroundColor: palette.series[2],
          borderWidth: 2,
          pointRadius: known.length > 150 ? 0 : 2.5,
          pointHitRadius: 8,
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
          min: -0.5,
          max: Math.max(0.5, rows.length - 0.5),
          afterBuildTicks: (scale) => {
            const step = Math.max(1, Math.ceil(rows.length / 24));
            scale.ticks = Array.from({ length: Math.ceil(rows.length / step) }, (_, i) => ({ value: i * step }));
          },
          ticks: { ...x.ticks, includeBounds: false, callback: (at) => String(Number(at) + 1) },
        },
        y: { ...y, type: 'linear', reverse: true, max: base, ticks: { ...y.ticks, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]) => (item ? displayName(name(Number(item.parsed.x)), 80) : ''),
            label: ({ parsed }) => t('{0} dB', formatDb(parsed.y)),
          },
        },
        annotation: {
          animations: { numbers: { duration: 0 } },
          annotations:
            cursor === null
              ? {}
              : {
                  cursor: {
                    type: 'line',
                    scaleID: 'x',
                    value: cursor,
                    borderColor: palette.foreground,
                    borderWidth: 1,
                    borderDash: [3, 3],
                  },
                },
        },
      },
    },
  };
}
