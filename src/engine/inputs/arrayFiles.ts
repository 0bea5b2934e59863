import path from 'node:path';
import { quote } from '../../model/quote.js';
import { bind, type Binding } from './bind.js';
import { resolveShapes, type DimValues } from './dims.js';
import { count, listNames, wants } from './messages.js';
import { npyArray, type ArrayFile } from './npy.js';
import type { Part } from './parts.js';
import type { Slot, Slots } from './slots.js';
import { openSource } from './source.js';
import { standIn, standInNote, standInValue } from './standIn.js';
import { InputError, type InputTensor } from './types.js';
import { openZip, type ZipMember } from './zip.js';

/** An array of a file, not looked at yet; one in .npy format has no name. */
interface NamedArray {
  readonly name: string | null;
  readonly open: () => Promise<ArrayFile>;
}

/** A .npy or .npz file as samples. @throws InputError when it is not what it should be, or its arrays are not what the model wants. */
export async function openArrayFile(file: string, model: Slots, dims: DimValues): Promise<Part> {
  const name = path.basename(file);
  const where = quote(name);
  const source = await openSource(file);
  let members: readonly ZipMember[] = [];
  const close = async (): Promise<void> => {
    for (const member of members) member.source.close();
    await source.close();
  };
  try {
    if (!isNpz(name)) return await partOf([{ name: null, open: () => npyArray(source, where) }], model, dims, where, close);
    members = await openZip(source, where);
    const arrays = members.filter((member) => isNpy(member.name)).map((member) => named(member, where));
    if (arrays.length === 0) throw new InputError(`${where} has no arrays: it is empty`);
    return await partOf(arrays, model, dims, where, close);
  } catch (error) {
    await close();
    throw error;
  }
}

export const isNpy = (name: string): boolean => /\.npy$/i.test(name);
export const isNpz = (name: string): boolean => /\.npz$/i.test(name);

function named({ name, source }: ZipMember, where: string): NamedArray {
  const inner = name.replace(/\.npy$/i, '');
  return { name: inner, open: () => npyArray(source, `${where}, ${quote(inner)}`) };
}

async function partOf(
  arrays: readonly NamedArray[],
  model: Slots,
  dims: DimValues,
  where: string,
  close: () => Promise<void>,
): Promise<Part> {
  const { pairs, missing, unused } = match(arrays, model, where);
  const known = new Map<string, number>();
  const bindings: Binding[] = [];
  // only arrays that the model takes are looked at: a hostile archive may have very many others
  for (const [slot, { name, open }] of pairs)
    bindings.push(bind(await open(), slot, model, known, name === null ? where : `${where}, ${quote(name)}`));
  const counted = bindings.filter((binding) => binding.samples !== null);
  const samples = counted[0]?.samples ?? 1;
  const other = counted.find((binding) => binding.samples !== samples);
  if (other)
    throw new InputError(
      `${where}: inputs ${quote(counted[0].slot.input.name)} and ${quote(other.slot.input.name)} have ${samples} and ${other.samples} samples; as many are needed`,
    );

  const shapes = missing.length > 0 ? resolveShapes(knownShapes(model, bindings), { ...dims, ...Object.fromEntries(known) }) : undefined;
  const order = new Map<Slot, Binding>(bindings.map((binding) => [binding.slot, binding]));
  return {
    samples,
    batch: counted.length === 0 || counted.some(({ alone }) => alone) ? 1 : null,
    // with shared inputs, samples of different files are never in one run
    joinable: bindings.every((binding) => binding.joinable),
    signature: model.slots.map((slot) => (order.get(slot)?.shape ?? shapes?.get(slot) ?? []).join('×')).join(' '),
    notes: [
      ...missing.map(standInNote),
      ...(unused.length > 0 ? [`${where} also has ${listNames(unused)}, which the model does not take`] : []),
    ],
    async read(start, end) {
      const tensors: Record<string, InputTensor> = {};
      for (const slot of model.slots) {
        const binding = order.get(slot);
        tensors[slot.input.name] = binding ? await binding.read(start, end) : standIn(slot, shapes!.get(slot)!, end - start);
      }
      return tensors;
    },
    close,
  };
}

/** The model with the shapes of the file where it has them, so that what stands in for others follows. */
function knownShapes(model: Slots, bindings: readonly Binding[]): Slots {
  const shapes = new Map(bindings.map(({ slot, shape }) => [slot, shape]));
  const slots = model.slots.map((slot) => {
    const shape = shapes.get(slot);
    // names stay, so that they lead to the same numbers; the file's numbers are in `known`
    return shape && !slot.input.shape ? { ...slot, input: { ...slot.input, shape } } : slot;
  });
  return { ...model, slots, main: slots[model.slots.indexOf(model.main)] };
}

/** Which array is which input: by name, or the only array as the only input that has to be given. */
function match(
  arrays: readonly NamedArray[],
  { slots }: Slots,
  where: string,
): {
  readonly pairs: readonly (readonly [Slot, NamedArray])[];
  readonly missing: readonly Slot[];
  readonly unused: readonly string[];
} {
  const byName = new Map(arrays.map((entry) => [entry.name, entry]));
  const pairs = slots.flatMap((slot) => {
    const entry = byName.get(slot.input.name);
    return entry ? [[slot, entry] as const] : [];
  });
  const needed = slots.filter(({ role }) => standInValue(role) === undefined);
  if (pairs.length === 0 && arrays.length === 1 && needed.length === 1)
    return { pairs: [[needed[0], arrays[0]]], missing: slots.filter((slot) => slot !== needed[0]), unused: [] };

  const given = new Set(pairs.map(([slot]) => slot));
  const missing = slots.filter((slot) => !given.has(slot));
  const names = arrays.map(({ name }) => name).filter((name) => name !== null);
  const absent = missing.filter((slot) => needed.includes(slot));
  if (absent.length > 0) {
    const found = names.length > 0 ? `has ${listNames(names)}` : 'holds one array without a name';
    const advice =
      names.length > 0 ? '' : `: save a .npz with the ${count(needed.length, 'input')} ${listNames(needed.map(({ input }) => input.name))}`;
    throw new InputError(`${wants(absent[0].input)}, but ${where} ${found}${advice}`);
  }
  if (pairs.length === 0 && arrays.length > 0)
    throw new InputError(
      `the model takes ${listNames(slots.map(({ input }) => input.name))}, but ${where} has ${names.length > 0 ? listNames(names) : 'one array without a name'}`,
    );
  const taken = new Set(pairs.map(([slot]) => slot.input.name));
  return { pairs, missing, unused: names.filter((name) => !taken.has(name)) };
}
