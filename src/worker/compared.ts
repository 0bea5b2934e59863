import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { analyzeModel } from '../analysis/pipeline.js';
import { defaultSchemes } from '../analysis/schemes.js';
import { ModelError } from '../model/types.js';
import { compare, type Comparison } from '../report/compare/compare.js';
import { comparedPlan, comparedReport, type Compared } from '../report/compare/compared.js';
import { PLAN_SCHEMA, type Plan } from '../report/plan.js';
import { PlanFileError, readAnyPlan } from '../report/readPlan.js';
import { readReport, ReportFileError } from '../report/readReport.js';
import { REPORT_SCHEMA, type Report } from '../report/types.js';
import type { AnalysisUpdate } from '../report/update.js';
import type { ModelLocation } from '../rpc/worker.js';
import { withModel } from './input.js';

/** One of two files that are to be compared is none that can be: `message` is one line. */
export class ComparedFileError extends Error {
  override readonly name = 'ComparedFileError';
}

type Written = { readonly report: Report; readonly plan: Plan | null } | { readonly report: null; readonly plan: Plan };

const nameOf = (location: ModelLocation): string => ('path' in location ? path.basename(location.path) : location.name);
const whereOf = (location: ModelLocation): string => ('path' in location ? location.path : location.name);

/** What a JSON file holds; null for files of other kinds, which are models. */
async function writtenIn(location: ModelLocation): Promise<Written | null> {
  if (!nameOf(location).toLowerCase().endsWith('.json')) return null;
  const text = 'path' in location ? await readFile(location.path, 'utf8') : new TextDecoder().decode(location.bytes);
  try {
    const schema = (JSON.parse(text) as { readonly schema?: unknown } | null)?.schema;
    if (schema === PLAN_SCHEMA) return { report: null, plan: readAnyPlan(text) };
    if (schema === REPORT_SCHEMA) {
      const { report, plan } = readReport(text);
      return { report, plan: plan === null ? null : readAnyPlan(JSON.stringify(plan)) };
    }
  } catch (error) {
    if (error instanceof PlanFileError || error instanceof ReportFileError || error instanceof SyntaxError)
      throw new ComparedFileError(`${whereOf(location)}: ${error.message.split('\n')[0]}`);
    throw error;
  }
  throw new ComparedFileError(
    `${whereOf(location)}: neither a report nor a plan; "precision-lens analyze --json" and "plan -o" write them`,
  );
}

/** Schemes of weights that a report or a plan says something of. */
const schemesIn = (written: Written | null): string[] => [
  ...(written?.report?.layers.flatMap(({ errors }) => errors.filter(({ target }) => target === 'weight').map(({ scheme }) => scheme)) ??
    []),
  ...(written?.plan?.assignments.flatMap(({ weight }) => weight ?? []) ?? []),
];

/**
 * Compares two files, each a model, a report or a plan. Models are analyzed from their weights, under what the other file speaks of.
 *
 * @throws ComparedFileError for JSON that is neither report nor plan, ModelError for a model that cannot be read, errors of the file system, and the signal's
 * reason when cancelled; the messages name the file.
 */
export async function compareFiles(
  a: ModelLocation,
  b: ModelLocation,
  emit: (update: AnalysisUpdate) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  const written = [await writtenIn(a), await writtenIn(b)];
  const schemes = [...new Set([...defaultSchemes, ...written.flatMap(schemesIn)])];
  const side = async (location: ModelLocation, found: Written | null): Promise<Compared> => {
    const title = nameOf(location);
    if (found) return found.report ? comparedReport(title, 'report', found.report, found.plan) : comparedPlan(title, found.plan);
    try {
      const { report } = await withModel(location, (input) => analyzeModel(input, { schemes, targetSqnr: 25 }, emit, signal));
      return comparedReport(title, 'model', report);
    } catch (error) {
      throw error instanceof ModelError ? new ModelError(`${whereOf(location)}: ${error.message}`) : error;
    }
  };
  // One after the other: models are large.
  const left = await side(a, written[0]);
  return compare(left, await side(b, written[1]));
}
