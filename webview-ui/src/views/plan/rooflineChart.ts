import type { ChartConfiguration } from 'chart.js';
import type { Plan } from '../../../../src/report/plan.js';
import type { Point } from '../../charts/chart.js';
import { axis, motion, tooltip } from '../../charts/common.js';
import type { Palette } from '../../charts/palette.js';
import { formatCompact, formatReal } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { roofs, type RooflinePoint } from '../../view/planFigures.js';
import { formatSeconds } from '../../view/plans.js';

const decade = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

/** Multiply-accumulates a second over those a byte, both logarithmic: layers under the machine's roofs. */
export function rooflineChart(palette: Palette, plan: Plan, points: readonly RooflinePoint[]): ChartConfiguration<'line', Point[]> {
  const { bandwidth } = plan.costs.profile;
  const intensities = points.map(({ intensity }) => intensity);
  const [min, max] = [Math.min(...intensities) / 2, Math.max(...intensities) * 4];
  const x = axis(palette, t('Multiply-accumulates a byte'), false);
  const y = axis(palette, t('Multiply-accumulates a second'), true);
  const lines = bandwidth === undefined ? [] : roofs(plan);
  const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]];
  const of = (bound: RooflinePoint['bound'], label: string) => {
    const color = palette.series[bound === 'memory' ? 4 : 0];
    return {
      label,
      data: points.filter((point) => point.bound === bound).map(({ intensity, performance }) => ({ x: intensity, y: performance })),
      showLine: false,
      borderColor: color,
      backgroundColor: color,
      pointStyle: bound === 'memory' ? ('triangle' as const) : ('circle' as const),
      pointRadius: 5,
      pointHoverRadius: 6,
      pointBackgroundColor: bound === 'memory' ? palette.background : color,
      pointBorderWidth: 1.5,
    };
  };
  const roof = ({ label, peak }: { readonly label: string; readonly peak: number }, i: number) => ({
    label: t('peak of {0}', label),
    // up along the bandwidth to the peak, then level
    data: [min, Math.min(max, Math.max(min, peak / bandwidth!)), max].map((intensity) => ({
      x: intensity,
      y: Math.min(peak, intensity * bandwidth!),
    })),
    borderColor: palette.muted,
    backgroundColor: palette.muted,
    borderDash: dashes[i % dashes.length],
    borderWidth: 1,
    pointRadius: 0,
    pointStyle: 'line' as const,
    pointHitRadius: 0,
  });
  const groups = (['memory', 'compute'] as const).map((bound) => points.filter((point) => point.bound === bound));
  return {
    type: 'line',
    data: { datasets: [of('memory', t('bound by memory')), of('compute', t('bound by arithmetic')), ...lines.map(roof)] },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'logarithmic',
          min,
          max,
          ticks: { ...x.ticks, callback: (value) => (decade(Number(value)) ? formatReal(Number(value)) : null) },
        },
        y: {
          ...y,
          type: 'logarithmic',
          ticks: { ...y.ticks, callback: (value) => (decade(Number(value)) ? formatCompact(Number(value)) : null) },
        },
      },
      plugins: {
        legend: { position: 'bottom', labels: { usePointStyle: true, boxHeight: 7, color: palette.foreground, padding: 12 } },
        tooltip: {
          ...tooltip(palette),
          filter: ({ datasetIndex }) => datasetIndex < 2,
          callbacks: {
            title: ([item]) => (item ? displayName(groups[item.datasetIndex][item.dataIndex]?.layer ?? '', 80) : ''),
            label: ({ datasetIndex, dataIndex }) => {
              const point = groups[datasetIndex][dataIndex];
              return t(
                '{0}, {1} MACs a byte, {2} MACs a second',
                formatSeconds(point.seconds),
                formatReal(point.intensity),
                formatCompact(point.performance),
              );
            },
          },
        },
      },
    },
  };
}
