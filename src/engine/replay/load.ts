import { rewired } from '../../model/writers/onnx/messages.js';
import type { Backend, RunTensors } from '../backend/types.js';
import { cutPiece, type PieceSpec } from '../surgery/piece.js';
import { seenDeclaration, type Declarations } from './declarations.js';
import type { Part } from './parts.js';
import { given, type Prepared } from './prepare.js';
import type { Change, FedInput, LoadedPart } from './types.js';

/** Loads parts of a model, with what is different from the float one. */
export type LoadPart = (part: Part, more?: Change & Partial<PieceSpec>, use?: 'long' | 'short') => Promise<LoadedPart>;

/** @param base what is different in all parts, to which more is added */
export function partLoader(prepared: Prepared, backend: Backend, declarations: Declarations, base: Change): LoadPart {
  const { cut } = prepared;
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
      given: { has: (name) => !inside.has(name) && declarations.has(name) },
      declared: declarations.declared,
      ...more,
      replaced: new Map([...(base.replaced ?? []), ...(more.replaced ?? [])]),
      changed: new Map([...(base.changed ?? []), ...(more.changed ?? [])]),
    });
    const session = await backend.load(piece.bytes, { use, folder: cut.graph.folder });
    return { ...session, inputs: piece.inputs };
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
      const known = more.given ?? { has: (value: string) => declarations.has(value) };
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
            return (more.declared ?? declarations.declared)(of) ?? seenDeclaration(prepared, of);
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

  return load;
}

/** Values that a session takes, from the first of several sources that has each. */
export const feed = (names: readonly string[], ...from: readonly RunTensors[]): RunTensors =>
  new Map(names.map((name) => [name, from.find((values) => values.has(name))?.get(name) ?? given(from[from.length - 1], name)]));
