import type { Chart, ChartConfiguration, ChartDataset, ChartEvent } from 'chart.js';
import type { Plan } from '../../../../src/report/plan.js';
import type { Point } from '../../charts/chart.js';
import { axis, motion, tooltip } from '../../charts/common.js';
import { legendMark } from '../../charts/legendMark.js';
import type { Palette } from '../../charts/palette.js';
import { formatCompact, formatReal } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { roofs, type RooflinePoint } from '../../view/planFigures.js';
import { formatSeconds } from '../../view/plans.js';

const decade = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

type RooflineDataset = ChartDataset<'line', Point[]> & {
  readonly label: string;
  readonly borderColor: string;
  readonly pointBackgroundColor?: string;
  readonly pointStyle: 'circle' | 'triangle' | 'line';
  readonly borderDash?: number[];
};

/** Pixels from a point within which a click is on it. */
const REACH = 24;

/**
 * Multiply-accumulates a second over those a byte, both logarithmic: layers under the machine's roofs.
 *
 * @param cursor place in `points` of the one that is looked at @param choose what a click on a point does
 */
export function rooflineChart(
  palette: Palette,
  plan: Plan,
  points: readonly RooflinePoint[],
  cursor: number | null,
  choose: (point: RooflinePoint) => void,
): ChartConfiguration<'line', Point[]> {
  const { bandwidth } = plan.costs.profile;
  const intensities = points.map(({ intensity }) => intensity);
  const [min, max] = [Math.min(...intensities) / 2, Math.max(...intensities) * 4];
  const x = axis(palette, t('Multiply-accumulates a byte'), false);
  const y = axis(palette, t('Multiply-accumulates a second'), true);
  const lines = bandwidth === undefined ? [] : roofs(plan);
  const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]];
  const of = (bound: RooflinePoint['bound'], label: string): RooflineDataset => {
    const color = palette.series[bound === 'memory' ? 4 : 0];
    return {
      label,
      data: points.filter((point) => point.bound === bound).map(({ intensity, performance }) => ({ x: intensity, y: performance })),
      showLine: false,
      borderColor: color,
      backgroundColor: color,
      pointStyle: bound === 'memory' ? 'triangle' : 'circle',
      pointRadius: 5,
      pointHoverRadius: 6,
      pointBackgroundColor: bound === 'memory' ? palette.background : color,
      pointBorderWidth: 1.5,
    };
  };
  const roof = ({ label, peak }: { readonly label: string; readonly peak: number }, i: number): RooflineDataset => ({
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
    pointStyle: 'line',
    pointHitRadius: 0,
  });
  const at = cursor === null ? undefined : points[cursor];
  const clicked = ({ x: left, y: top }: ChartEvent, { scales }: Chart): void => {
    if (left === null || top === null) return;
    const far = ({ intensity, performance }: RooflinePoint): number =>
      Math.hypot(scales['x'].getPixelForValue(intensity) - left, scales['y'].getPixelForValue(performance) - top);
    const nearest = points.reduce((best, point) => (far(point) < far(best) ? point : best));
    if (far(nearest) <= REACH) choose(nearest);
  };
  const groups = (['memory', 'compute'] as const).map((bound) => points.filter((point) => point.bound === bound));
  const datasets: readonly RooflineDataset[] = [
    of('memory', t('bound by memory')),
    of('compute', t('bound by arithmetic')),
    ...lines.map(roof),
  ];
  return {
    type: 'line',
    data: { datasets: [...datasets] },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      onClick: (event, _, chart) => clicked(event, chart),
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
        legend: {
          position: 'bottom',
          labels: {
            usePointStyle: true,
            pointStyleWidth: 26,
            boxHeight: 7,
            color: palette.foreground,
            padding: 12,
            // the labels that chart.js makes of points know nothing of the dashes of lines
            generateLabels: (chart) =>
              datasets.map(({ label, borderColor, pointBackgroundColor = 'transparent', pointStyle, borderDash = [] }, i) => ({
                text: label,
                fontColor: palette.foreground,
                strokeStyle: borderColor,
                lineWidth: 1.5,
                lineDash: borderDash,
                pointStyle: pointStyle === 'line' ? pointStyle : legendMark(pointStyle, borderColor, pointBackgroundColor),
                hidden: !chart.isDatasetVisible(i),
                datasetIndex: i,
              })),
          },
        },
        annotation: {
          animations: { numbers: { duration: 0 } },
          annotations: at
            ? {
                cursor: {
                  type: 'point',
                  xValue: at.intensity,
                  yValue: at.performance,
                  radius: 9,
                  backgroundColor: 'transparent',
                  borderColor: palette.foreground,
                  borderWidth: 2,
                },
              }
            : {},
        },
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
