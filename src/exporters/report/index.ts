import { reportCsv } from './csv.js';
import { reportPage } from './html/page.js';
import { reportMarkdown } from './markdown.js';
import type { ReportDocument } from './rows.js';

export { reportPage } from './html/page.js';
export type { ReportDocument } from './rows.js';

/** The report as JSON, the plan in it. */
const reportJson = ({ report, plan }: ReportDocument): string => `${JSON.stringify(plan ? { ...report, plan } : report, null, 2)}\n`;

/** What a report can be written as, one writer for each. */
export const reportWriters: Readonly<Record<string, (document: ReportDocument) => string>> = {
  report: reportJson,
  html: reportPage,
  csv: reportCsv,
  markdown: reportMarkdown,
};
