import { bytesMoved, fused } from '../../core/costs/dataflow.js';
import { binaryGain } from '../../core/costs/hardware.js';
import { activationShare } from '../../core/costs/memory.js';
import { float32 } from '../../core/costs/operations.js';
import type { Model } from '../../model/types.js';
import type { ActivationCosts, BatchCosts, LayerCosts, PlanCosts } from '../../report/plan.js';
import { modelFlow } from './dataflow.js';
import type { Assigned, Subject } from './subject.js';
import { heldActivations, heldBits, layerRuns, peakActivations, storedBitsOf } from './totals.js';

/** Batches that memory is told for. */
const BATCHES = [1, 8, 32, 128];

/** What running a model costs under an assignment, layer by layer and as a whole. */
export function planCosts(model: Model, subject: Subject, assigned: Assigned): PlanCosts {
  const { hardware, batch } = subject;
  return {
    profile: { name: hardware.name, source: hardware.source, bandwidth: hardware.bandwidth, peak: hardware.peak },
    energySource: hardware.energy.source,
    batch,
    layers: layerCosts(subject, assigned),
    activations: activationCosts(subject, assigned),
    moved: movedBytes(model, subject, assigned),
    batches: [...new Set([...BATCHES, batch])]
      .sort((a, b) => a - b)
      .map((size) => batchCosts(model, { ...subject, batch: size }, assigned)),
  };
}

function layerCosts(subject: Subject, assigned: Assigned): LayerCosts[] {
  return layerRuns(subject, assigned).map((run, i) => {
    const [bops, energy, moved, time] = [run.bops(), run.energy(), run.moved(), run.time()];
    const layer = subject.layers[i];
    const { macs, inputs, outputs, elements, channels, kernel } = layer;
    const known = macs !== null && macs > 0 && inputs !== null && outputs !== null;
    const all = macs === null ? null : subject.batch * macs;
    return {
      layer: layer.name,
      weightBytes: Math.ceil(assigned.weights[i].storedBits / 8),
      macs: all,
      bops,
      energyPj: energy && energy.arithmetic + energy.sram + energy.dram,
      energyParts: energy,
      bytesMoved: moved,
      intensity: all !== null && moved !== null && moved > 0 ? all / moved : null,
      seconds: time && time.time,
      bound: time && time.bound,
      binary: known
        ? binaryGain(subject.hardware, {
            macs: subject.batch * macs,
            weights: elements,
            inputs: subject.batch * inputs,
            outputs: subject.batch * outputs,
            channels,
            kernel,
          })
        : null,
    };
  });
}

function activationCosts(subject: Subject, { activations }: Assigned): ActivationCosts | null {
  const peak = peakActivations(subject, activations);
  const { memory } = subject;
  if (!peak || !memory) return null;
  return {
    peakBytes: peak.bytes,
    node: memory.moments[peak.at]?.node ?? '',
    values: peak.live.map((value) => memory.values[value].name),
    order: memory.moments.map(({ node }) => node),
    held: heldActivations(subject, activations) ?? [],
    asStored: memory.asStored,
  };
}

function movedBytes(model: Model, subject: Subject, { weights, activations }: Assigned): PlanCosts['moved'] {
  const { memory, batch, layers } = subject;
  if (!memory) return null;
  const { graph } = modelFlow(model);
  const stored = Math.ceil(storedBitsOf(layers, weights) / 8);
  const bytes = (value: number): number => (batch * graph.elements[value] * heldBits(memory.values[value], activations)) / 8;
  const moved = (normalization: boolean, operators: boolean): number =>
    stored + Math.ceil(bytesMoved(fused(graph, { normalization, operators }), bytes));
  return {
    plain: moved(false, false),
    normalizationFolded: moved(true, false),
    operatorsFused: moved(false, true),
    both: moved(true, true),
  };
}

function batchCosts(model: Model, subject: Subject, { weights, activations }: Assigned): BatchCosts {
  const { layers, batch } = subject;
  const outputs = layers.map((layer) => layer.outputs);
  const all = outputs.includes(null) ? null : outputs.reduce<number>((sum, elements) => sum + (elements ?? 0), 0);
  return {
    batch,
    weightBytes: Math.ceil(storedBitsOf(layers, weights) / 8),
    peakActivationBytes: peakActivations(subject, activations)?.bytes ?? null,
    trainingBytes: all === null ? null : (batch * all * float32.bits) / 8,
    activationShare: all === null ? null : activationShare(model.parameters, all, batch),
  };
}
