import type { RunTensor } from '../backend/types.js';
import { MessageWriter } from '../../model/writers/onnx/wire.js';
import { NODE } from '../../model/writers/onnx/messages.js';
import type { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import type { PartNode } from '../surgery/graph.js';
import type { Seen } from './look.js';
import { originOf, rangeOf } from './kinds.js';
import type { Targets } from './targets.js';

/** What is asked of the runtime, by the name of the output that tells it. */
interface Question {
  readonly output: string;
  /** Null for values of the graph themselves. */
  readonly node: PartNode | null;
  /** Takes in what a run tells; false when it is not to be trusted. */
  readonly answer: (tensor: RunTensor) => boolean;
}

/**
 * Extends what was seen of some samples to all: the ends of every range, and channels that never change. The runtime finds the ends itself, which it does where the
 * values are; none of them has to be brought out. An end of a value that only a ReLU or Clip behind takes, and moves, is left as it was seen, because with nobody asking for it
 * the runtime never writes the value.
 * @returns false when there are values that are not finite, which the runtime's ends do not leave out.
 */
export async function completeEnds(
  at: Running,
  parts: readonly number[],
  targets: Targets,
  seen: Seen,
  stored: ReturnType<typeof storedTensors>,
): Promise<boolean> {
  for (const survey of seen.surveys.values()) {
    const { nan, inf } = survey.statistics();
    if (nan + inf > 0) return false;
  }
  const questions = [...questionsOf(at, targets, seen, stored)];
  if (questions.length === 0) return true;
  const own = questions.flatMap(({ output, node }) => (node ? [] : [output]));
  const appended = questions.flatMap(({ node }) => node ?? []);
  const section = await at.replay.section(parts, { outputs: own, appended });
  try {
    for (let run = 0; run < at.samples.length; run++) {
      const results = await section.run(run, undefined, true);
      for (const { output, answer } of questions) if (!answer(results.get(output)!)) return false;
    }
  } finally {
    await section.release();
  }
  return true;
}

function* questionsOf(
  at: Running,
  { layers }: Targets,
  { roots, watches }: Seen,
  stored: ReturnType<typeof storedTensors>,
): Generator<Question> {
  const { prepared, places } = at;
  const { nodes } = prepared.cut.graph;
  const outputs = new Set(prepared.cut.graph.outputs);
  const maps = new Set<string>();
  for (const layer of layers) {
    const { node, activation, output } = places[layer];
    if (!/^Conv/.test(nodes[node!].proto.opType)) continue;
    for (const name of [activation?.value, output]) if (name && prepared.seen.get(name)?.shape.length === 4) maps.add(name);
  }
  const takers = new Map<string, number[]>();
  for (const i of prepared.dynamic) for (const name of nodes[i].uses) takers.set(name, [...(takers.get(name) ?? []), i]);
  /** What the ReLU or Clip makes that alone takes a value. */
  const behind = (name: string): string | null => {
    const [taker, ...others] = takers.get(name) ?? [];
    if (taker === undefined || others.length > 0 || outputs.has(name)) return null;
    const [made] = nodes[taker].outputs;
    return originOf(prepared, stored, made)?.value === name ? made : null;
  };

  /** Channels by layer that have not changed yet, where the largest value of each tells whether they do. */
  const byMaximum = new Map<string, number[]>();
  const whole = new Map<string, number[]>();
  for (const [layer, watch] of watches) {
    const value = places[layer].activation?.value;
    const constant = watch.constant();
    if (value === undefined || constant.size === 0) continue;
    const { lo } = rangeOf(prepared, stored, value);
    const told = maps.has(value) && [...constant.values()].every((x) => x === lo);
    const into = told ? byMaximum : whole;
    into.set(value, [...(into.get(value) ?? []), layer]);
  }
  for (const [name, layersOf] of whole)
    yield {
      output: name,
      node: null,
      answer: ({ data, shape }) => {
        for (const layer of layersOf) watches.get(layer)!.add(data as Float32Array, shape);
        return true;
      },
    };
  const largestOf = (name: string, widen: (most: number) => void): Question => ({
    ...asked('GlobalMaxPool', name),
    answer: ({ data, shape: [, channels] }) => {
      const values = data as Float32Array;
      const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
      widen(most);
      for (const layer of byMaximum.get(name) ?? [])
        for (const [c, value] of watches.get(layer)!.constant())
          for (let i = c; i < values.length; i += channels)
            if (values[i] !== value) {
              watches.get(layer)!.changed(c);
              break;
            }
      return Number.isFinite(most);
    },
  });
  const pooled = new Set<string>();
  for (const [root, survey] of roots) {
    const name = behind(root) ?? root;
    const { count, min, max } = survey.statistics();
    const { lo, hi } = rangeOf(prepared, stored, name);
    if (count === 0) continue;
    const [least, most] = [min > lo, max < hi];
    if (least)
      yield {
        ...asked('ReduceMin', name),
        answer: ({ data: [end] }) => {
          survey.widen(Number(end), -Infinity);
          return Number.isFinite(end);
        },
      };
    if (most && !least && maps.has(name)) {
      pooled.add(name);
      yield largestOf(name, (end) => survey.widen(Infinity, end));
    } else if (most)
      yield {
        ...asked('ReduceMax', name),
        answer: ({ data: [end] }) => {
          survey.widen(Infinity, Number(end));
          return Number.isFinite(end);
        },
      };
  }
  for (const name of byMaximum.keys()) if (!pooled.has(name)) yield largestOf(name, () => undefined);
}

/** A node with one input and no attributes. */
function asked(op: 'ReduceMin' | 'ReduceMax' | 'GlobalMaxPool', value: string): Pick<Question, 'output' | 'node'> {
  const output = `${value}::${op}`;
  const bytes = new MessageWriter().field(NODE.input, value).field(NODE.output, output).field(NODE.opType, op).finish();
  const proto = { input: [value], output: [output], name: '', opType: op, domain: '', attribute: [], docString: '' };
  return { output, node: { proto, bytes, uses: [value], outputs: [output] } };
}
