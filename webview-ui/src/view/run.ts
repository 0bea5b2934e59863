/** What the page knows of the running of the model, and the report with its figures. */
import type { LayerReport, Report } from '../../../src/report/types.js';
import type { ReportHead, RunEvent, RunView } from '../../../src/rpc/page.js';

export interface RunKnown {
  readonly view: RunView;
  /** Layers with the figures of the run, by their index. */
  readonly layers: ReadonlyMap<number, LayerReport>;
  /** The rest of the report of a run that has ended by itself. */
  readonly head: ReportHead | null;
}

export const notRun: RunKnown = {
  view: { kind: 'idle', evidence: 'weights', chosen: null, progress: null, error: null, blocked: null },
  layers: new Map(),
  head: null,
};

/** What is known after `event`. */
export function stepRun(run: RunKnown, event: RunEvent): RunKnown {
  switch (event.kind) {
    case 'state':
      return { ...run, view: event.state };
    case 'cleared':
      return { ...run, layers: notRun.layers, head: null };
    case 'layers':
      return { ...run, layers: new Map([...run.layers, ...event.layers.map((layer, i) => [event.start + i, layer] as const)]) };
    case 'head':
      return { ...run, head: event.head };
  }
}

const shown = new WeakMap<Report, { readonly run: RunKnown; readonly report: Report }>();

/** `report`, which tells of the weights, with what is known of the run by now. The same object as long as nothing has changed. */
export function withRun(report: Report, run: RunKnown): Report {
  if (run.layers.size === 0) return report;
  const known = shown.get(report);
  if (known && known.run.layers === run.layers && known.run.head === run.head) return known.report;
  const layers = known?.run.layers === run.layers ? known.report.layers : report.layers.map((layer, i) => run.layers.get(i) ?? layer);
  const made = { ...(run.head ?? report), layers };
  shown.set(report, { run, report: made });
  return made;
}

/** Layers whose effect at the outputs is known, of those the model has. */
export const measured = (run: RunKnown): number => [...run.layers.values()].filter(({ sensitivity }) => sensitivity.length > 0).length;
