import { RunError, type Backend, type RunTensor, type RunTensors } from '../backend/types.js';
import { dependents } from '../surgery/piece.js';
import { newDeclarations, samplesOpen, seenDeclaration } from './declarations.js';
import { keptOpen } from './keptOpen.js';
import { feed, partLoader } from './load.js';
import { partsOf, type Part } from './parts.js';
import { given, type Prepared } from './prepare.js';
import type { Change, Replay, ReplayOptions } from './types.js';

/**
 * Loads a model in parts and runs it in float.
 * @param cuts positions among `prepared.dynamic` to cut before
 * @param inputs of every run
 * @throws RunError that names the run
 */
export async function openReplay(
  prepared: Prepared,
  cuts: readonly number[],
  inputs: readonly RunTensors[],
  backend: Backend,
  { onRun, nameOf = (run) => `run ${run + 1}`, base = {} }: ReplayOptions = {},
): Promise<Replay> {
  const { cut } = prepared;
  const parts = partsOf(prepared, cuts);
  const declarations = newDeclarations();
  const { note, declared } = declarations;
  const load = partLoader(prepared, backend, declarations, base);

  // Runs of another shape may give parts other shapes: they are looked at before anything is declared for good.
  for (const run of inputs) note(run);
  const kinds = new Map(inputs.map((run, i) => [[...run].map(([name, { shape }]) => `${name}:${shape.join()}`).join(';'), i]));
  if (kinds.size > 1) {
    const values = [...kinds.values()].map((i) => new Map(inputs[i]));
    for (const part of parts) {
      const session = await load(part);
      for (const at of values) {
        const results = await session.run(feed(session.inputs, at));
        note(results);
        results.forEach((tensor, name) => at.set(name, tensor));
      }
      await session.release();
    }
  }

  const kept: Map<string, RunTensor>[] = inputs.map((run) => new Map(run));
  const total = parts.length * inputs.length;
  for (const [index, part] of parts.entries()) {
    const session = await load(part);
    for (const [run, values] of kept.entries()) {
      const results = await session.run(feed(session.inputs, values)).catch((error: unknown) => {
        if (!(error instanceof RunError)) throw error;
        throw new RunError(`${nameOf(run)}: ${error.message}`, { cause: error });
      });
      if (run === 0) note(results);
      results.forEach((tensor, name) => values.set(name, tensor));
      onRun?.(index * inputs.length + run + 1, total);
    }
    await session.release();
  }
  const inputNames = new Set(cut.graph.inputs.map(({ name }) => name));
  const outputNames = new Set(cut.graph.outputs);
  const floatOutputs = kept.map((values) => new Map([...values].filter(([name]) => outputNames.has(name))));
  const partOf = new Map(parts.flatMap(({ nodes }, index) => nodes.map((node) => [node, index] as const)));

  const computed = new Set(prepared.dynamic.flatMap((node) => cut.graph.nodes[node].outputs));

  /** The parts that a change is in. */
  const touchedParts = ({ replaced, changed, fed }: Change): Set<number> => {
    const touched = dependents(cut, replaced?.keys() ?? []);
    const found = new Set<number>();
    for (const [node, index] of partOf)
      if (changed?.has(node) || fed?.has(node) || cut.graph.nodes[node].uses.some((name) => touched.has(name))) found.add(index);
    return found;
  };

  /** All parts from one on, as one. */
  const tail = (first: number): Part => {
    const nodes = parts.slice(first).flatMap((part) => part.nodes);
    const outputs = parts.slice(first).flatMap((part) => part.outputs.filter((name) => outputNames.has(name)));
    return { nodes, inputs: [], outputs };
  };
  const rests = keptOpen(MOST_LOADED, (first) => load(tail(first)));

  const section: Replay['section'] = async (indices, { outputs, appended = [], change = {}, someSamples = false }) => {
    const nodes = indices.flatMap((index) => parts[index].nodes);
    // What comes into the section is there already.
    const inside = new Set(nodes.flatMap((i) => cut.graph.nodes[i].outputs));
    const own = outputs.filter((name) => inside.has(name));
    const outside = outputs.filter((name) => !inside.has(name));
    const wanted = [...own, ...appended.flatMap((node) => node.outputs)];
    const open = { declared: (name: string) => samplesOpen(declared(name)) };
    const spec = { outputs: wanted, appended, ...(someSamples ? open : {}), ...change };
    const session = wanted.length > 0 ? await load({ nodes, inputs: [], outputs: wanted }, spec, 'short') : null;
    return {
      async run(run, some = (_, tensor) => tensor, reused = false) {
        const taken = (names: readonly string[]): RunTensors =>
          new Map([...feed(names, kept[run])].map(([name, tensor]) => [name, some(name, tensor)]));
        const results = session ? await session.run(taken(session.inputs), reused) : [];
        return new Map([...taken(outside), ...results]);
      },
      release: async () => session?.release(),
    };
  };

  return {
    parts,
    runs: inputs.length,
    floatOutputs,
    kept: kept.reduce((sum, values) => sum + [...values.values()].reduce((bytes, { data }) => bytes + data.byteLength, 0), 0),
    declared,
    async test(change, look, only = inputs.map((_, i) => i)) {
      const touched = [...touchedParts(change)];
      if (touched.length === 0) {
        for (const run of only) await look(run, new Map());
        return;
      }
      const first = Math.min(...touched);
      // A change in several parts is loaded with all that is behind it; one in a single part is followed by what is loaded already.
      const alone = touched.length === 1 && first + 1 < parts.length;
      const variant = await load(alone ? parts[first] : tail(first), change, 'short');
      try {
        const rest = alone ? await rests(first + 1) : null;
        for (const run of only) {
          const values = await variant.run(feed(variant.inputs, kept[run]), true);
          const outputs = new Map([...values].filter(([name]) => outputNames.has(name)));
          if (rest?.inputs.some((name) => values.has(name) && !sameBytes(values.get(name)!, kept[run].get(name)!)))
            (await rest.run(feed(rest.inputs, values, kept[run]), true)).forEach((tensor, name) => outputs.set(name, tensor));
          await look(run, outputs);
        }
      } finally {
        await variant.release();
      }
    },
    section,
    async watch(index, outputs, look, { change = {}, only = inputs.map((_, i) => i) } = {}) {
      const watched = await section([index], { outputs, change });
      try {
        // Who looks may keep the values of the first run.
        for (const run of only) await look(run, await watched.run(run, undefined, run !== only[0]));
      } finally {
        await watched.release();
      }
    },
    async trace(change, values, look) {
      const changedValues = inputs.map(() => new Map<string, RunTensor>());
      for (const part of parts) {
        const inside = part.nodes.flatMap((i) => cut.graph.nodes[i].outputs);
        const outputs = [...new Set([...part.outputs, ...inside.filter((name) => values.has(name))])];
        const float = await load(part, { outputs }, 'short');
        const changed = await load(part, { outputs, ...change }, 'short');
        try {
          for (const [run, before] of changedValues.entries()) {
            const expected = await float.run(feed(float.inputs, kept[run]));
            const found = await changed.run(feed(changed.inputs, before, kept[run]));
            for (const name of part.outputs) before.set(name, given(found, name));
            await look(run, expected, found);
          }
        } finally {
          await float.release();
          await changed.release();
        }
      }
    },
    async chain(nodes, opened, change = {}) {
      const { outputs } = cut.graph.nodes[nodes[nodes.length - 1]];
      const own = new Set(nodes.flatMap((i) => cut.graph.nodes[i].outputs));
      return load(
        { nodes, inputs: [], outputs },
        {
          opened,
          given: { has: (name) => (computed.has(name) ? !own.has(name) : inputNames.has(name)) },
          declared: (name) => samplesOpen(declared(name) ?? seenDeclaration(prepared, name)),
          ...change,
        },
        'short',
      );
    },
    async close() {
      await rests.close();
      kept.length = 0;
    },
  };
}

/** What is behind each cut is loaded once for all layers before it; so many at a time. */
const MOST_LOADED = 16;

/** Whether two tensors are the same, bit by bit. */
function sameBytes(a: RunTensor, b: RunTensor): boolean {
  const bytes = ({ data }: RunTensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes(a).equals(bytes(b));
}
