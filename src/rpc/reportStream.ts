/** A report on its way: its layers in pieces, the rest of it at the end. */
import type { Report } from '../report/types.js';
import { omit } from './omit.js';
import type { ReportHead } from './page.js';
import type { AnalysisUpdate } from '../report/update.js';

export const headOf = (report: Report): ReportHead => omit(report, 'layers');

/** `report` with what `update` brings. */
export function withUpdate(report: Report | undefined, update: AnalysisUpdate): Report | undefined {
  if (update.kind === 'report') return update.report;
  if (update.kind !== 'layers' || !report) return report;
  const layers = [...report.layers];
  update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
  return { ...report, layers };
}
