import { editDistance } from '../core/formats/errors.js';
import { parseScheme, SchemeError } from '../core/formats/index.js';
import { isRange } from './choices.js';
import { violations } from './jsonSchema.js';
import { PLAN_SCHEMA, type Assignment, type Plan, type Transform } from './plan.js';
import schema from './plan.schema.json';

/** A plan file is not one, or not one for this model: `message` is one line that says what was found, where, and what to do. */
export class PlanFileError extends Error {
  override readonly name = 'PlanFileError';
}

/** The model a plan is to be used on. */
export interface PlannedFor {
  /** File name without its folder. */
  readonly file: string;
  /** Lower-case hex of the model file. */
  readonly sha256: string;
  /** Its layers in topological order. */
  readonly layers: readonly { readonly name: string }[];
}

/** Names that are shown where one was not found. */
const CLOSEST = 3;

/** The candidates with the smallest edit distance to `name`, nearest first. */
function closest(name: string, candidates: readonly string[]): string[] {
  const start = name.slice(0, 60);
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(start, candidate.slice(0, 60)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, CLOSEST)
    .map(({ candidate }) => candidate);
}

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** Parses the text; the schema of the whole file is the one that ships. */
function parsePlan(text: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PlanFileError(`not a plan: ${(error as Error).message.split('\n')[0]}; write one with "precision-lens plan"`);
  }
  const found = (value as { readonly schema?: unknown } | null)?.schema;
  if (found !== PLAN_SCHEMA) {
    const what = typeof found === 'string' ? `its schema is ${JSON.stringify(found)}` : 'it names no schema';
    throw new PlanFileError(`not a plan: ${what}, not ${JSON.stringify(PLAN_SCHEMA)}; write one with "precision-lens plan"`);
  }
  const wrong = violations(value, schema);
  if (wrong.length > 0) throw new PlanFileError(`damaged plan: ${wrong[0]}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`);
  return value as Plan;
}

function checkScheme(text: string | null, where: string): string | null {
  if (text === null) return null;
  try {
    return parseScheme(text).text;
  } catch (error) {
    if (error instanceof SchemeError) throw new PlanFileError(`damaged plan: ${where}: ${error.message}`);
    throw error;
  }
}

/** What a transform of some kind has to have, and what it must not have. */
const TRANSFORM_PARTS: Readonly<Record<Transform['transform'], readonly string[]>> = {
  equalize: ['with', 'ranges'],
  'correct-bias': ['means', 'inside'],
  'fit-bias': [],
};

function checkTransforms({ layer, transforms = [] }: Assignment, where: string): void {
  const kinds = new Set<string>();
  transforms.forEach((one, t) => {
    const kind = one.transform;
    const wrong = (what: string): PlanFileError =>
      new PlanFileError(`damaged plan: ${where}.transforms[${t}]: ${kind} of layer ${JSON.stringify(layer)} ${what}`);
    if (kinds.has(kind)) throw wrong('is there twice: a layer has one of each kind at most');
    kinds.add(kind);
    const extra = Object.keys(one).find((key) => key !== 'transform' && !TRANSFORM_PARTS[kind].includes(key));
    if (extra !== undefined) throw wrong(`has ${JSON.stringify(extra)}, which is for another kind of transform`);
    if (one.transform === 'equalize') {
      if ((one.with as string | undefined) === undefined) throw wrong('does not say with which layer: add "with"');
      if (one.with === layer) throw wrong('is with itself: name the layer that comes after it');
      const range = one.ranges?.find(([lo, hi]) => !(lo <= hi && Number.isFinite(hi - lo)));
      if (range) throw wrong(`has a range from ${range[0]} to ${range[1]}`);
    }
    if (one.transform === 'correct-bias') {
      if ((one.means as readonly number[] | undefined) === undefined)
        throw wrong('has no "means" of the channels it takes in: run the model on inputs, and take the remedy of its report');
      if (one.means.length === 0 || !one.means.every(Number.isFinite)) throw wrong('has means that are not finite numbers');
    }
  });
}

/** The layers that are equalized with others: each once, and both known. */
function checkPairs(assignments: readonly Assignment[], known: ReadonlySet<string>, file: string): void {
  const taken = new Map<string, string>();
  for (const [i, { layer, transforms = [] }] of assignments.entries())
    for (const one of transforms) {
      if (one.transform !== 'equalize') continue;
      if (!known.has(one.with))
        throw new PlanFileError(
          `assignments[${i}]: layer ${JSON.stringify(layer)} is equalized with ${JSON.stringify(one.with)}, which ${JSON.stringify(file)} does not have; the closest names are ${quoted(closest(one.with, [...known]))}`,
        );
      const other = taken.get(one.with);
      if (other !== undefined)
        throw new PlanFileError(
          `assignments[${i}]: layer ${JSON.stringify(layer)} is equalized with ${JSON.stringify(one.with)}, and so is ${JSON.stringify(other)}: only one of them comes right before it`,
        );
      taken.set(one.with, layer);
    }
}

function checkAssignment(assignment: Assignment, i: number): Assignment {
  const where = `assignments[${i}]`;
  const { activation, input, clip, weightClip } = assignment;
  if ((activation === null) !== (clip === null) || (activation === null) !== (input === null)) {
    throw new PlanFileError(`damaged plan: ${where} needs activation, input and clip together, or null for all of them`);
  }
  if (clip && !(clip.lo <= clip.hi)) throw new PlanFileError(`damaged plan: ${where}.clip is from ${clip.lo} to ${clip.hi}`);
  if (weightClip && !isRange(weightClip))
    throw new PlanFileError(
      `damaged plan: ${where}.weightClip is from ${weightClip.lo} to ${weightClip.hi}, which is no range that holds 0`,
    );
  checkTransforms(assignment, where);
  return {
    ...assignment,
    weight: checkScheme(assignment.weight, `${where}.weight`),
    activation: checkScheme(activation, `${where}.activation`),
  };
}

/**
 * Reads a plan file, of whatever model it is; every scheme of the result is in its canonical spelling.
 *
 * Throws PlanFileError when the text is no plan.
 */
export function readAnyPlan(text: string): Plan {
  const plan = parsePlan(text);
  const seen = new Set<string>();
  const assignments = plan.assignments.map((assignment, i) => {
    if (seen.has(assignment.layer)) throw new PlanFileError(`damaged plan: layer ${JSON.stringify(assignment.layer)} is assigned twice`);
    seen.add(assignment.layer);
    return checkAssignment(assignment, i);
  });
  return { ...plan, assignments };
}

/**
 * Reads a plan file for a model. The assignments of the result are one for each layer of the model, in its order; layers that the file leaves out stay as
 * they are, and every scheme is in its canonical spelling.
 *
 * Throws PlanFileError when the text is no plan, when the plan is for another model, and for layers that the model does not have (naming the closest
 * ones).
 */
export function readPlan(text: string, model: PlannedFor): Plan {
  const plan = readAnyPlan(text);
  const known = new Set(model.layers.map(({ name }) => name));
  if (plan.model.sha256 !== null && plan.model.sha256 !== model.sha256) {
    const other = plan.model.file === model.file ? `another version of ${JSON.stringify(model.file)}` : JSON.stringify(plan.model.file);
    throw new PlanFileError(
      `the plan is for ${other} (SHA-256 ${plan.model.sha256.slice(0, 12)}…), and this is ${JSON.stringify(model.file)} (${model.sha256.slice(0, 12)}…); plan this model anew`,
    );
  }
  plan.assignments.forEach(({ layer }, i) => {
    if (known.has(layer)) return;
    const near = closest(layer, [...known]);
    throw new PlanFileError(
      `assignments[${i}] is for layer ${JSON.stringify(layer)}, which ${JSON.stringify(model.file)} does not have; the closest names are ${quoted(near)}`,
    );
  });
  checkPairs(plan.assignments, known, model.file);
  const assigned = new Map(plan.assignments.map((assignment) => [assignment.layer, assignment]));
  return {
    ...plan,
    assignments: model.layers.map(
      ({ name }) => assigned.get(name) ?? { layer: name, weight: null, activation: null, input: null, clip: null },
    ),
  };
}
