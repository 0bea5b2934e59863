import type { Hardware } from '../../core/costs/hardware.js';
import type { Model } from '../../model/types.js';
import type { LayerReport, Report } from '../../report/types.js';
import { modelFlow } from './dataflow.js';
import { allowedWeights, siteOptions, weightOptions } from './options.js';
import type { Rules } from './rules.js';
import type { RuntimeName } from './runtimes.js';
import { placeSites, tiedSites } from './sites.js';
import { memoryOf } from './storage.js';
import type { PlanLayer, Subject } from './subject.js';
import { tiedLayers } from './ties.js';

export interface SubjectOptions {
  readonly runtime: RuntimeName;
  readonly hardware: Hardware;
  readonly batch: number;
  readonly weightRules: Rules;
  readonly activationRules: Rules;
}

/** A layer's shape, for costs: counts of one sample, and the size of one filter. */
function shapeOf({ nodes, elements, layers }: Model, index: number, { shape, parameters, channelAxis }: LayerReport) {
  const { node, op } = layers[index];
  const { inputs, outputs } = nodes[node];
  // The values of a recurrent operator are counted with the first of its weights.
  const further = layers.findIndex((layer) => layer.node === node) < index;
  const input = inputs.find((name) => elements.has(name));
  const filters = channelAxis === null ? 1 : shape[channelAxis];
  const convolution = op.includes('Conv') && shape.length > 2;
  const kernel = convolution ? shape.slice(2).reduce((a, b) => a * b, 1) : 1;
  return {
    inputs: further ? 0 : input === undefined ? null : (elements.get(input) ?? null),
    outputs: further ? 0 : (elements.get(outputs[0]) ?? null),
    channels: filters > 0 ? Math.max(1, Math.round(parameters / filters / kernel)) : 1,
    kernel,
  };
}

/** What is planned, of a report that has figures of the schemes in question. Throws PlanError when rules contradict what there is. */
export function buildSubject(model: Model, report: Report, options: SubjectOptions): Subject {
  const { runtime, hardware, batch, weightRules, activationRules } = options;
  const flow = modelFlow(model);
  const sites = placeSites(report.layers);
  const siteOf = new Map(sites.flatMap(({ layers }, site) => layers.map((layer) => [layer, site] as const)));
  const layers = report.layers.map((layer, i): PlanLayer => ({
    name: layer.name,
    op: layer.op,
    weight: layer.weight,
    elements: layer.parameters,
    macs: layer.macs,
    ...shapeOf(model, i, layer),
    site: siteOf.get(i) ?? null,
    options: allowedWeights(layer, weightOptions(layer, report.evidence), runtime, weightRules),
  }));
  const reads = new Map(
    model.layers.flatMap(({ node }, i) => {
      const site = siteOf.get(i);
      return site === undefined ? [] : [[node, { value: sites[site].value, site }] as const];
    }),
  );
  const memory = flow.unknown.length === 0 ? memoryOf(flow, model.nodes, reads) : null;
  const layerTies = tiedLayers(model);
  const ties = tiedSites(sites, layerTies, memory?.values ?? [], model, runtime);
  const taken = siteOptions(sites, ties, report.layers, runtime, activationRules);
  return {
    layers,
    sites: sites.map((site, s) => ({ ...site, options: taken[s] })),
    layerTies,
    siteTies: ties.ties,
    memory,
    hardware,
    batch,
  };
}
