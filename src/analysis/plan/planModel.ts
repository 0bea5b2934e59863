import { parseScheme } from '../../core/formats/index.js';
import { nearest } from '../../core/formats/errors.js';
import type { Width } from '../../core/costs/operations.js';
import { bitsOf, isFloat } from '../../model/dataTypes.js';
import { openModel } from '../../model/open.js';
import type { DataType, Layer } from '../../model/types.js';
import { PLAN_SCHEMA, type Plan } from '../../report/plan.js';
import type { LayerReport, Report } from '../../report/types.js';
import type { AnalysisUpdate } from '../../report/update.js';
import { VERSION } from '../../report/version.js';
import { analyzeModel, type ModelInput } from '../pipeline.js';
import { asFloat32, planLayers, totalsOf, type Option, type PlanLayer } from './allocate.js';
import { PlanError, type Budget } from './budget.js';
import { canRun, runtimes, schemesFor, type RuntimeName } from './runtimes.js';
import { tiedLayers } from './ties.js';

/** A rule of the user for the layers a pattern names: a glob of names, or `op:Conv`. */
export interface LayerRule {
  readonly pattern: string;
  /** Pinned: the scheme, or null for as stored. Forbidden: a glob of schemes. */
  readonly scheme: string | null;
}

export interface PlanOptions {
  readonly budget: Budget;
  readonly runtime: RuntimeName;
  readonly pins: readonly LayerRule[];
  readonly forbids: readonly LayerRule[];
}

/** A plan and the report its figures come from. */
export interface PlannedModel {
  readonly plan: Plan;
  readonly report: Report;
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'su',
  );

type Named = Pick<Layer, 'name' | 'op'>;

const matches = (pattern: string, { name, op }: Named): boolean =>
  pattern.startsWith('op:') ? op === pattern.slice(3) : name === pattern || glob(pattern).test(name);

/** Every rule must name a layer: a typing error must not leave a layer unpinned. */
function requireLayers(rules: readonly LayerRule[], layers: readonly Named[]): void {
  for (const { pattern } of rules) {
    if (layers.some((layer) => matches(pattern, layer))) continue;
    const known = pattern.startsWith('op:') ? layers.map(({ op }) => `op:${op}`) : layers.map(({ name }) => name);
    const closest = nearest(pattern, known);
    throw new PlanError(
      `no layer is named ${JSON.stringify(pattern)}${closest === null ? '' : `; did you mean ${JSON.stringify(closest)}?`}`,
    );
  }
}

const widthOf = (scheme: string, bits: number): Width => ({
  bits,
  kind: parseScheme(scheme).format.kind === 'float' ? 'float' : 'integer',
});

function asStored({ parameters, dataType }: LayerReport): Option {
  const type = dataType as DataType;
  const bits = bitsOf[type] ?? 32;
  return { scheme: null, width: { bits, kind: isFloat(type) ? 'float' : 'integer' }, storedBits: bits * parameters, noise: 0 };
}

/** Every scheme that was measured on the layer, and the weight as it is. */
const measured = (layer: LayerReport): Option[] => [
  ...layer.errors.map(({ scheme, bits, effectiveBits, sqnrDb }) => ({
    scheme,
    width: widthOf(scheme, bits),
    storedBits: Math.round(effectiveBits * layer.parameters),
    noise: sqnrDb === null ? 0 : 10 ** (-sqnrDb / 10),
  })),
  asStored(layer),
];

/** Those options of a layer that the runtime runs and the user allows. */
function allowed(layer: LayerReport, options: readonly Option[], { runtime, pins, forbids }: PlanOptions): Option[] {
  const runs = options.filter(({ scheme }) => scheme === null || canRun(runtime, scheme, layer.op));
  const pin = pins.findLast(({ pattern }) => matches(pattern, layer));
  if (pin) {
    const chosen = runs.filter(({ scheme }) => scheme === pin.scheme);
    if (chosen.length > 0) return chosen;
    const known = runs.flatMap(({ scheme }) => scheme ?? []);
    const reason = layer.problem ?? `${runtimes[runtime].title} takes ${known.join(', ') || 'it as it is stored only'}`;
    throw new PlanError(`layer ${JSON.stringify(layer.name)} cannot be pinned to ${pin.scheme ?? 'float'}: ${reason}`);
  }
  const banned = forbids.filter(({ pattern }) => matches(pattern, layer)).map(({ scheme }) => scheme ?? 'float');
  const left = runs.filter(({ scheme }) => !banned.some((pattern) => glob(pattern).test(scheme ?? 'float')));
  if (left.length === 0) throw new PlanError(`layer ${JSON.stringify(layer.name)} has no scheme left; forbid fewer`);
  return left;
}

/** int8 the careful way where the runtime can, else the plain way, else as stored. */
function asInt8({ op }: LayerReport, options: readonly Option[], runtime: RuntimeName): Option {
  for (const name of ['int8/channel/mse', 'int8/tensor/mse']) {
    const option = options.find(({ scheme }) => scheme === name);
    if (option && canRun(runtime, name, op)) return option;
  }
  return options[options.length - 1];
}

/**
 * A plan from the weights alone: every scheme the runtime takes is measured on every weight, then one is chosen for each layer.
 * Throws ModelError for a file that cannot be read, PlanError for a plan that cannot be, and the signal's reason when cancelled.
 */
export async function planModel(
  input: ModelInput,
  options: PlanOptions,
  emit: (update: AnalysisUpdate) => void,
  signal: AbortSignal,
): Promise<PlannedModel> {
  const model = await openModel(input.source, input.siblings);
  if (model.layers.length === 0) throw new PlanError('there are no weights to quantize in this model');
  requireLayers([...options.pins, ...options.forbids], model.layers);
  const pinned = options.pins.flatMap(({ scheme }) => scheme ?? []);
  const schemes = [...new Set([...schemesFor(options.runtime), ...(options.runtime === 'generic' ? pinned : [])])];
  const { report } = await analyzeModel(input, { schemes, targetSqnr: 25 }, emit, signal);

  const all = report.layers.map(measured);
  const layers: PlanLayer[] = report.layers.map((layer, i) => ({
    name: layer.name,
    weight: layer.weight,
    elements: layer.parameters,
    macs: layer.macs,
    options: allowed(layer, all[i], options),
  }));
  const { weights, totals, exact, greedy, pareto } = await planLayers(layers, tiedLayers(model), options.budget);
  signal.throwIfAborted();
  const { file, sha256, parameters } = report.model;
  return {
    report,
    plan: {
      schema: PLAN_SCHEMA,
      tool: { version: VERSION },
      model: { file, sha256, parameters },
      evidence: report.evidence,
      runtime: options.runtime,
      budget: options.budget.text,
      assignments: layers.map(({ name }, i) => ({ layer: name, weight: weights[i], activation: null, input: null, clip: null })),
      predicted: totals,
      measured: null,
      solver: {
        method: exact.proven ? 'exact' : 'greedy',
        loss: exact.allocation.loss,
        greedyLoss: greedy.allocation.loss,
        bound: greedy.bound,
      },
      baselines: {
        float32: totalsOf(layers, layers.map(asFloat32)),
        int8: totalsOf(
          layers,
          report.layers.map((layer, i) => asInt8(layer, all[i], options.runtime)),
        ),
      },
      pareto,
    },
  };
}
