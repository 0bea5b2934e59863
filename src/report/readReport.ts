import { violations } from './jsonSchema.js';
import schema from './schema.json';
import { REPORT_SCHEMA, type Report } from './types.js';

/** A report file is not one, or not one of this model: `message` is one line that says what was found, where, and what to do. */
export class ReportFileError extends Error {
  override readonly name = 'ReportFileError';
}

/** A report as it is in a file. */
export interface ReportFile {
  readonly report: Report;
  /** The plan in it, as it was written; null when there is none. */
  readonly plan: unknown;
}

/**
 * Reads a report.
 * @param model what it has to be of; any when left out
 * @throws ReportFileError when the text is no report, or one of another model.
 */
export function readReport(text: string, model?: { readonly file: string; readonly sha256: string }): ReportFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ReportFileError(`not a report: ${(error as Error).message.split('\n')[0]}; write one with "precision-lens analyze --json"`);
  }
  const found = (value as { readonly schema?: unknown } | null)?.schema;
  if (found !== REPORT_SCHEMA) {
    const what = typeof found === 'string' ? `its schema is ${JSON.stringify(found)}` : 'it names no schema';
    throw new ReportFileError(
      `not a report: ${what}, not ${JSON.stringify(REPORT_SCHEMA)}; write one with "precision-lens analyze --json"`,
    );
  }
  const wrong = violations(value, schema);
  if (wrong.length > 0)
    throw new ReportFileError(`damaged report: ${wrong[0]}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`);
  const { plan = null, ...report } = value as Report & { readonly plan?: unknown };
  if (model && report.model.sha256 !== model.sha256)
    throw new ReportFileError(
      `the report is of ${JSON.stringify(report.model.file)} (SHA-256 ${(report.model.sha256 ?? 'unknown').slice(0, 12)}…), and this is ${JSON.stringify(model.file)} (${model.sha256.slice(0, 12)}…); analyze this model anew`,
    );
  return { report, plan };
}
