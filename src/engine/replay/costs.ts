import type { Model } from '../../model/types.js';
import { chooseCuts, type ChainNode } from './cuts.js';
import type { Place } from './places.js';
import type { Prepared } from './prepare.js';
import { crossings } from './parts.js';

/** Multiply-accumulates a second, values a second that other operators write, seconds a node takes at least: fitted to the sample models on one core. */
const MACS = 5e10;
const VALUES = 5e9;
const NODE = 4e-6;
/** Steps that wait for each other leave the processor waiting too. */
const RECURRENT = /^(LSTM|GRU|RNN)$/;
const RECURRENCE = 4;

/**
 * What the nodes of a prepared model are expected to cost in all runs, in the order of `prepared.dynamic`.
 * @param probes all samples, in runs of the probe
 */
export function nodeCosts(prepared: Prepared, places: readonly Place[], model: Model, runs: number, probes: number): readonly ChainNode[] {
  const { cut, dynamic, seen } = prepared;
  const values = (node: number): number => sum(cut.graph.nodes[node].outputs.map((name) => (seen.get(name)?.bytes ?? 0) / 4));
  const macs = new Map<number, number>();
  const layers = new Map<number, number>();
  places.forEach(({ node, weight }, i) => {
    if (node === null) return;
    // Every value that comes out is a sum over one channel of the weight.
    const { weight: tensor, channelAxis } = model.layers[i];
    const terms = tensor.elements / (channelAxis === null ? 1 : Math.max(1, tensor.shape[channelAxis]));
    const pace = RECURRENT.test(model.layers[i].op) ? RECURRENCE : 1;
    macs.set(node, (macs.get(node) ?? 0) + values(node) * terms * pace);
    if (weight) layers.set(node, (layers.get(node) ?? 0) + 1);
  });
  return dynamic.map((i) => ({
    seconds: runs * NODE + probes * ((macs.get(i) ?? 0) / MACS + values(i) / VALUES),
    layers: layers.get(i) ?? 0,
  }));
}

/**
 * Where to cut a prepared model, by what its nodes and the values between them are expected to cost.
 * @param nodes see `nodeCosts`
 * @param probes all samples, in runs of the probe
 * @param budget bytes that may be kept at the cuts
 */
export function cutsFor(prepared: Prepared, nodes: readonly ChainNode[], runs: number, probes: number, budget: number): readonly number[] {
  if (prepared.opaque !== null) return [];
  return chooseCuts({ nodes, crossing: crossings(prepared).map((bytes) => bytes * probes), runs, budget });
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
