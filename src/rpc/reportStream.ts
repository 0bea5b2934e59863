/** A report on its way: its layers in pieces, the rest of it at the end. */
import type { Report } from '../report/types.js';
import type { ReportHead } from './page.js';
import type { AnalysisUpdate } from '../report/update.js';

/** `object` without its property `key`. */
export const omit = <T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Omit<T, K>;

export const headOf = (report: Report): ReportHead => omit(report, 'layers');

/** `report` with what `update` brings. */
export function withUpdate(report: Report | undefined, update: AnalysisUpdate): Report | undefined {
  if (update.kind === 'report') return update.report;
  if (update.kind !== 'layers' || !report) return report;
  const layers = [...report.layers];
  update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
  return { ...report, layers };
}
