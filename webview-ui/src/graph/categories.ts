/** Boxes that are told apart by what they are, not by how much: a colour and a filling each, and the word in the box. */
import type { LayerReport } from '../../../src/report/types.js';
import { displayName } from '../text/names.js';
import { t } from '../text/l10n.js';
import { causesOf, causeWord, type Cause } from '../view/causes.js';
import type { Fill, ShadeColumn, Tone } from './fill.js';

const tones: readonly Tone[] = ['amount', 'cool', 'warm', 'hot'];
const patterns: readonly Fill['pattern'][] = [undefined, 'stripes', 'rows'];

/** Looks of which no two are alike. */
export const LOOKS = tones.length * patterns.length;

/** The `index`th of them; those beyond the last look like the last. */
export function categoryFill(index: number): Fill {
  const at = Math.min(index, LOOKS - 1);
  const pattern = patterns[Math.floor(at / tones.length)];
  return { fifths: 5, tone: tones[at % tones.length], ...(pattern ? { pattern } : {}) };
}

interface Categories {
  readonly id: string;
  readonly label: string;
  /** All there are, in the order of their looks. */
  readonly all: readonly string[];
  readonly word: (category: string) => string;
  /** What those without a look of their own are called in the legend. */
  readonly others: string;
  readonly of: (layer: LayerReport) => string | undefined;
}

/** The category that most of the layers have, the earlier look where as many have another; how many kinds there are beside it. */
function foremost(layers: readonly LayerReport[], { all, of }: Categories): { readonly category: string; readonly more: number } | null {
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const category = of(layer);
    if (category !== undefined) counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const category of all) if ((counts.get(category) ?? 0) > (best === null ? 0 : counts.get(best)!)) best = category;
  return best === null ? null : { category: best, more: counts.size - 1 };
}

function categoryColumn(categories: Categories): ShadeColumn {
  const { id, label, all, word, others } = categories;
  const own = all.length > LOOKS ? LOOKS - 1 : all.length;
  const places = new Map(all.map((category, i) => [category, i]));
  return {
    id,
    label,
    ofModule: t('what most of the layers in it have'),
    shade(layers) {
      const found = foremost(layers, categories);
      if (!found) return null;
      const name = word(found.category);
      return { ...categoryFill(places.get(found.category)!), text: found.more > 0 ? `${name} +${found.more}` : name };
    },
    legend: [
      ...all.slice(0, own).map((category, i) => ({ ...categoryFill(i), label: word(category) })),
      ...(own < all.length ? [{ ...categoryFill(own), label: others }] : []),
    ],
  };
}

/** Categories that layers have, the most frequent first. */
function byFrequency(layers: readonly LayerReport[], of: Categories['of']): readonly string[] {
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const category = of(layer);
    if (category !== undefined) counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts].sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1)).map(([category]) => category);
}

/** The cause whose remedy gains most; undefined as long as none was found. */
const firstCause = (layer: LayerReport): Cause | undefined => causesOf(layer)[0];

/** By the first cause of each layer; undefined where no layer has one. */
export function causesColumn(label: string, layers: readonly LayerReport[]): ShadeColumn | undefined {
  const all = byFrequency(layers, firstCause);
  if (all.length === 0) return undefined;
  const word = (cause: string): string => causeWord(cause as Cause);
  return categoryColumn({ id: 'causes', label, all, word, others: t('other causes'), of: firstCause });
}

export function operatorsColumn(label: string, layers: readonly LayerReport[]): ShadeColumn {
  const of = ({ op }: LayerReport): string => op;
  const all = byFrequency(layers, of);
  return categoryColumn({ id: 'op', label, all, word: (op) => displayName(op, 40), others: t('other operators'), of });
}
