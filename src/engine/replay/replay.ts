import { RunError, type Backend, type RunTensor, type RunTensors, type Session } from '../backend/types.js';
import { rewired, type Declaration, type TensorBytes } from '../../model/writers/onnx/messages.js';
import type { PartNode } from '../surgery/graph.js';
import { cutPiece, dependents, type ChangedNode, type PieceSpec } from '../surgery/piece.js';
import { given, type Prepared } from './prepare.js';

/** What is different from the float model. */
export interface Change {
  /** Constants that get other numbers. */
  readonly replaced?: ReadonlyMap<string, TensorBytes>;
  /** Nodes, by index, that are written otherwise. */
  readonly changed?: ReadonlyMap<number, ChangedNode>;
  /** Nodes, by index, one of whose inputs is quantized outside the graph; null puts it back as it was. */
  readonly fed?: ReadonlyMap<number, FedInput | null>;
}

/** An input of a node that is computed outside the graph from a value of it. */
export interface FedInput {
  /** Its place among the node's inputs. */
  readonly input: number;
  readonly value: string;
  readonly quantize: (tensor: RunTensor) => Promise<RunTensor>;
}

/** Consecutive nodes that are loaded together. */
export interface Part {
  /** Indices of its nodes. */
  readonly nodes: readonly number[];
  /** Values it takes from earlier parts or from the model's inputs, and values that later parts or the user take from it. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A part that is loaded, or something like one. */
export interface LoadedPart extends Session {
  /** Values it has to be fed. */
  readonly inputs: readonly string[];
}

/** What a section is to give. */
export interface SectionSpec {
  /** Values inside it or that come into it. */
  readonly outputs: readonly string[];
  /** Nodes behind it, whose outputs it gives as well. */
  readonly appended?: readonly PartNode[];
  readonly change?: Change;
  /** Whether it is run on some of a run's samples as well. */
  readonly someSamples?: boolean;
}

/** Some of the samples of a run: gives the same samples of any value that is fed. */
export type SomeSamples = (name: string, tensor: RunTensor) => RunTensor;

/** Consecutive parts that are loaded as one, to be run on what is kept before them. */
export interface Section {
  /**
   * The section's outputs in a run.
   * @param some takes some of the samples; all are run when left out
   * @param reused whether arrays may be written over by the next run
   */
  run(run: number, some?: SomeSamples, reused?: boolean): Promise<RunTensors>;
  release(): Promise<void>;
}

/** A model in parts, with the float values at the cuts of every run, so that a change is run from where it is. */
export interface Replay {
  readonly parts: readonly Part[];
  readonly runs: number;
  /** The model's outputs of every run, in float. */
  readonly floatOutputs: readonly RunTensors[];
  /** Bytes that are kept at the cuts. */
  readonly kept: number;
  /**
   * Runs the model with a change; `look` is given the outputs that may differ, run by run.
   * @param only the runs, by number; all when left out
   */
  test(change: Change, look: (run: number, outputs: RunTensors) => void | Promise<void>, only?: readonly number[]): Promise<void>;
  /** Loads consecutive parts as one, with other values as outputs. */
  section(parts: readonly number[], spec: SectionSpec): Promise<Section>;
  /** Runs part `index` with other values as outputs and gives them to `look`, which may keep those of the first run. */
  watch(
    index: number,
    outputs: readonly string[],
    look: (run: number, values: RunTensors) => void | Promise<void>,
    options?: { readonly change?: Change; readonly only?: readonly number[] },
  ): Promise<void>;
  /** Runs the whole model with a change beside the float one, looking at values inside both of them, part by part. */
  trace(
    change: Change,
    values: ReadonlySet<string>,
    look: (run: number, float: RunTensors, changed: RunTensors) => void | Promise<void>,
  ): Promise<void>;
  /** Loads nodes by themselves, each of which takes what the one before gives, with constants as inputs; all else they take is fed, of as many samples as there are. */
  chain(nodes: readonly number[], opened: ReadonlyMap<string, Declaration>, change?: Change): Promise<LoadedPart>;
  /** What a value was when the model was run: its type, and the dims that all runs agree about. */
  declared(name: string): Declaration | undefined;
  close(): Promise<void>;
}

export interface ReplayOptions {
  readonly onRun?: (done: number, total: number) => void;
  /** What a run is called when it fails. */
  readonly nameOf?: (run: number) => string;
  /** What is different from the model already: then the "float" values are those of the changed model, and changes come on top of it. */
  readonly base?: Change;
}

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
  const shapes = new Map<string, (number | null)[]>();
  const types = new Map<string, RunTensor['dataType']>();
  const note = (values: RunTensors): void => {
    for (const [name, { dataType, shape }] of values) {
      const before = shapes.get(name);
      types.set(name, dataType);
      shapes.set(name, before?.length === shape.length ? before.map((dim, i) => (dim === shape[i] ? dim : null)) : [...shape]);
    }
  };
  const declared = (name: string): Declaration | undefined => {
    const [shape, dataType] = [shapes.get(name), types.get(name)];
    return shape && dataType && { dataType, shape };
  };
  const load = async (part: Part, more: Change & Partial<PieceSpec> = {}, use: 'long' | 'short' = 'long'): Promise<LoadedPart> => {
    const fed = new Map([...(base.fed ?? []), ...(more.fed ?? [])]);
    const stops = part.nodes.filter((node) => fed.get(node));
    if (stops.length === 0) return loadPiece(part, more, use);
    return inSteps(part, new Map(stops.map((node) => [node, fed.get(node)!])), more, use);
  };
  const loadPiece = async (part: Part, more: Change & Partial<PieceSpec>, use: 'long' | 'short'): Promise<LoadedPart> => {
    const inside = new Set(part.nodes.flatMap((i) => cut.graph.nodes[i].outputs));
    const piece = await cutPiece(cut, {
      outputs: part.outputs,
      given: { has: (name) => !inside.has(name) && (types.has(name) || shapes.has(name)) },
      declared,
      ...more,
      replaced: new Map([...(base.replaced ?? []), ...(more.replaced ?? [])]),
      changed: new Map([...(base.changed ?? []), ...(more.changed ?? [])]),
    });
    const session = await backend.load(piece.bytes, { use, folder: cut.graph.folder });
    return { ...session, inputs: piece.inputs };
  };
  const feed = (names: readonly string[], ...from: readonly RunTensors[]): RunTensors =>
    new Map(names.map((name) => [name, from.find((values) => values.has(name))?.get(name) ?? given(from[from.length - 1], name)]));

  const seenDeclaration = (name: string): Declaration | undefined => {
    const value = prepared.seen.get(name);
    return value && { dataType: value.dataType, shape: value.shape.map(() => null) };
  };

  /** A part that is left before each node that is fed, for its input to be quantized, and entered again. */
  const inSteps = async (
    part: Part,
    fed: ReadonlyMap<number, FedInput>,
    more: Change & Partial<PieceSpec>,
    use: 'long' | 'short',
  ): Promise<LoadedPart> => {
    const starts = part.nodes.flatMap((node, at) => (fed.has(node) && at > 0 ? [at] : []));
    const groups = [0, ...starts].map((start, i) => part.nodes.slice(start, [...starts, part.nodes.length][i]));
    const wanted = new Set(more.outputs ?? part.outputs);
    const changed = new Map(more.changed);
    const steps: { readonly session: LoadedPart; readonly before: (FedInput & { readonly name: string }) | undefined }[] = [];
    const made = new Set<string>();
    for (const [i, nodes] of groups.entries()) {
      const later = new Set(groups.slice(i + 1).flatMap((rest) => rest.flatMap((node) => cut.graph.nodes[node].uses)));
      const outputs = nodes.flatMap((node) => cut.graph.nodes[node].outputs).filter((name) => later.has(name) || wanted.has(name));
      const input = fed.get(nodes[0]);
      const name = `${input?.value}::${nodes[0]}::fed`;
      if (input)
        changed.set(nodes[0], {
          before: [],
          constants: [],
          ...changed.get(nodes[0]),
          bytes: rewired(changed.get(nodes[0])?.bytes ?? cut.graph.nodes[nodes[0]].bytes, input.input, name),
          takes: [name],
        });
      const known = more.given ?? { has: (value: string) => types.has(value) || shapes.has(value) };
      const own = new Set(nodes.flatMap((node) => cut.graph.nodes[node].outputs));
      const session = await loadPiece(
        { nodes, inputs: [], outputs },
        {
          ...more,
          outputs,
          changed,
          given: { has: (value) => !own.has(value) && (made.has(value) || known.has(value)) },
          declared: (value) => {
            const of = value === name ? input!.value : value;
            return (more.declared ?? declared)(of) ?? seenDeclaration(of);
          },
        },
        use,
      );
      steps.push({ session, before: input && { ...input, name } });
      for (const output of outputs) made.add(output);
    }
    const inner = new Set([...made, ...steps.map(({ before }) => before?.name)]);
    const taken = steps.flatMap(({ session, before }) => [...session.inputs, ...(before ? [before.value] : [])]);
    return {
      inputs: [...new Set(taken)].filter((name) => !inner.has(name)),
      async run(from) {
        const values = new Map(from);
        for (const { session, before } of steps) {
          if (before) values.set(before.name, await before.quantize(given(values, before.value)));
          (await session.run(feed(session.inputs, values))).forEach((tensor, name) => values.set(name, tensor));
        }
        return new Map([...wanted].flatMap((name) => (values.has(name) ? [[name, values.get(name)!] as const] : [])));
      },
      async release() {
        for (const { session } of steps) await session.release();
      },
    };
  };

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
          declared: (name) => samplesOpen(declared(name) ?? seenDeclaration(name)),
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

/** A declaration that leaves open how many samples there are, along the axes that may be theirs: whoever looks at single nodes may look at some only. */
const samplesOpen = (value: Declaration | undefined): Declaration | undefined =>
  value && { ...value, shape: value.shape.map((dim, axis) => (axis === 0 || (axis === 1 && value.shape.length === 3) ? null : dim)) };

/** What is behind each cut is loaded once for all layers before it; so many at a time. */
const MOST_LOADED = 16;

interface Releasable {
  release(): Promise<void>;
}

/** Opens by number and keeps open what was used last. */
function keptOpen<T extends Releasable>(
  most: number,
  open: (key: number) => Promise<T>,
): ((key: number) => Promise<T>) & { close(): Promise<void> } {
  const opened = new Map<number, T>();
  const get = async (key: number): Promise<T> => {
    const found = opened.get(key) ?? (await open(key));
    opened.delete(key);
    opened.set(key, found);
    for (const [oldest, value] of opened) {
      if (opened.size <= most) break;
      opened.delete(oldest);
      await value.release();
    }
    return found;
  };
  const close = async (): Promise<void> => {
    for (const value of opened.values()) await value.release();
    opened.clear();
  };
  return Object.assign(get, { close });
}

/** Whether two tensors are the same, bit by bit. */
function sameBytes(a: RunTensor, b: RunTensor): boolean {
  const bytes = ({ data }: RunTensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes(a).equals(bytes(b));
}

function partsOf({ cut: { graph }, dynamic }: Prepared, cuts: readonly number[]): readonly Part[] {
  const bounds = [0, ...cuts, dynamic.length];
  const partOfValue = new Map<string, number>();
  const groups = bounds.slice(1).map((end, index) => dynamic.slice(bounds[index], end));
  groups.forEach((nodes, index) => {
    for (const node of nodes) for (const name of graph.nodes[node].outputs) partOfValue.set(name, index);
  });
  const inputNames = new Set(graph.inputs.map(({ name }) => name));
  const takenLater = new Set(graph.outputs);
  const inputs = groups.map((nodes, index) => {
    const found = new Set<string>();
    for (const node of nodes)
      for (const name of graph.nodes[node].uses) {
        const from = partOfValue.get(name);
        if (from !== undefined && from !== index) {
          takenLater.add(name);
          found.add(name);
        } else if (inputNames.has(name)) found.add(name);
      }
    return [...found];
  });
  return groups.map((nodes, index) => ({
    nodes,
    inputs: inputs[index],
    outputs: nodes.flatMap((node) => graph.nodes[node].outputs.filter((name) => takenLater.has(name))),
  }));
}

/** Bytes that nodes before each position hand to nodes from there on, for one sample; Infinity where something other than a tensor is. */
export function crossings({ cut: { graph }, dynamic, seen }: Prepared): readonly number[] {
  const last = new Map<string, number>();
  dynamic.forEach((node, at) => {
    for (const name of graph.nodes[node].uses) last.set(name, at);
  });
  const steps = new Float64Array(dynamic.length + 1);
  const unseen = new Float64Array(dynamic.length + 1);
  dynamic.forEach((node, at) => {
    for (const name of graph.nodes[node].outputs) {
      const end = last.get(name) ?? at;
      if (end <= at) continue;
      const into = seen.has(name) ? steps : unseen;
      const bytes = seen.get(name)?.bytes ?? 1;
      into[at + 1] += bytes;
      into[end + 1] -= bytes;
    }
  });
  let bytes = 0;
  let hidden = 0;
  return Array.from(dynamic, (_, at) => {
    bytes += steps[at];
    hidden += unseen[at];
    return hidden > 0 ? Infinity : bytes;
  });
}
