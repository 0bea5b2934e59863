import type { ChartConfiguration } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Point } from './chart.js';
import { axis, motion, tooltip } from './common.js';
import type { Palette } from './palette.js';
import { filling } from './pattern.js';

/** Bars of one kind, by their place. */
export interface BarSeries {
  readonly label: string;
  /** Null: there is none. */
  readonly values: readonly (number | null)[];
  /** Bars that are only outlines: what they tell was not measured. */
  readonly hollow?: (place: number) => boolean;
}

export interface BarsChart {
  readonly series: readonly BarSeries[];
  /** Places that are shown, the last one not among them. */
  readonly from: number;
  readonly to: number;
  /** On top of each other, or beside each other. */
  readonly stacked: boolean;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Under a bar, and at the head of its tooltip. */
  readonly tick: (place: number) => string;
  readonly title: (place: number) => string;
  readonly value: (value: number, place: number, series: number) => string;
  /** On the vertical axis, where that differs from `value`. */
  readonly yTick?: (value: number) => string;
  /** Between figures on the vertical axis. */
  readonly yStep?: number;
  /** Downwards, with bars growing from this value: the lower a figure, the higher its bar. */
  readonly downFrom?: number;
  /** The place that is looked at. */
  readonly cursor?: number | null;
  /** Lines across, with what they say. */
  readonly lines?: readonly { readonly value: number; readonly label: string }[];
}

/** Bars side by side or stacked. */
export function barsChart(palette: Palette, chart: BarsChart): ChartConfiguration<'bar', Point[]> {
  const { series, from, to, stacked, tick, title, value, downFrom, cursor = null, lines = [] } = chart;
  const x = axis(palette, chart.xTitle, false);
  const y = axis(palette, chart.yTitle, true);
  const many = (to - from) * (stacked ? 1 : series.length) > 240;
  const annotations: Record<string, AnnotationOptions> = {};
  if (cursor !== null && cursor >= from && cursor < to) {
    annotations['cursor'] = {
      type: 'box',
      xMin: cursor - 0.5,
      xMax: cursor + 0.5,
      backgroundColor: palette.grid,
      borderColor: palette.foreground,
      borderWidth: 1,
      drawTime: 'beforeDatasetsDraw',
    };
  }
  lines.forEach((line, i) => {
    annotations[`line${i}`] = {
      type: 'line',
      scaleID: 'y',
      value: line.value,
      borderColor: palette.foreground,
      borderWidth: 1,
      borderDash: [3, 3],
    };
  });
  return {
    type: 'bar',
    data: {
      datasets: series.map(({ label, values, hollow }, s) => {
        const color = palette.series[s % palette.series.length];
        const places = Array.from({ length: to - from }, (_, i) => from + i).filter((place) => values[place] !== null);
        return {
          label,
          data: places.map((place) => ({ x: place, y: values[place]! })),
          backgroundColor: places.map((place) => (hollow?.(place) ? palette.background : filling(color, palette.background, s))),
          borderColor: color,
          borderWidth: many ? 0 : 1.5,
          barPercentage: many ? 1 : 0.9,
          categoryPercentage: many ? 1 : 0.85,
          ...(downFrom === undefined ? {} : { base: downFrom }),
        };
      }),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: motion(palette),
      interaction: { mode: 'x', intersect: false },
      scales: {
        x: {
          ...x,
          type: 'linear',
          stacked,
          min: from - 0.5,
          max: to - 0.5,
          offset: false,
          // whole places, not halves between them
          afterBuildTicks: (scale) => {
            const step = Math.max(1, Math.ceil((to - from) / 24));
            scale.ticks = Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => ({ value: from + i * step }));
          },
          ticks: { ...x.ticks, includeBounds: false, callback: (place) => tick(Number(place)) },
        },
        y: {
          ...y,
          type: 'linear',
          stacked,
          beginAtZero: downFrom === undefined,
          ...(downFrom === undefined ? {} : { reverse: true, max: downFrom }),
          ticks: {
            ...y.ticks,
            ...(chart.yStep === undefined ? { maxTicksLimit: 6 } : { stepSize: chart.yStep }),
            ...(chart.yTick ? { callback: (at) => chart.yTick!(Number(at)) } : {}),
          },
        },
      },
      plugins: {
        legend: {
          display: series.length > 1 || lines.length > 0,
          position: 'bottom',
          labels: {
            color: palette.foreground,
            padding: 12,
            boxHeight: 9,
            usePointStyle: true,
            pointStyleWidth: 22,
            // what lines say would lie over bars
            generateLabels: () => [
              ...series.slice(0, series.length > 1 ? undefined : 0).map(({ label }, s) => ({
                text: label,
                fillStyle: filling(palette.series[s % palette.series.length], palette.background, s),
                strokeStyle: palette.series[s % palette.series.length],
                fontColor: palette.foreground,
                lineWidth: 1,
                pointStyle: 'rect' as const,
                datasetIndex: s,
              })),
              ...lines.map(({ label }) => ({
                text: label,
                strokeStyle: palette.foreground,
                fontColor: palette.foreground,
                lineWidth: 1,
                lineDash: [3, 3],
                pointStyle: 'line' as const,
              })),
            ],
          },
          onClick: () => undefined,
        },
        tooltip: {
          ...tooltip(palette),
          usePointStyle: false,
          callbacks: {
            title: ([item]) => (item ? title(Number(item.parsed.x)) : ''),
            label: ({ dataset, datasetIndex, parsed }) => {
              const place = Number(parsed.x);
              const text = value(series[datasetIndex].values[place] ?? 0, place, datasetIndex);
              return series.length > 1 ? `${dataset.label ?? ''}: ${text}` : text;
            },
          },
        },
        annotation: { animations: { numbers: { duration: 0 } }, annotations },
      },
    },
  };
}
