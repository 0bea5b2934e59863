/** Formats besides integers that a weight may be measured under, to compare them width by width. */
import { t } from '../text/l10n.js';
import { rank, type Family, type Kept } from './schemes.js';

interface OtherFamily {
  readonly label: () => string;
  readonly schemes: readonly (readonly [bits: number, scheme: string])[];
}

/** By family; per channel where a format leaves a choice, as the best integers are. */
export const otherFamilies: readonly OtherFamily[] = [
  {
    label: () => t('fixed point'),
    schemes: [2, 3, 4, 5, 6, 7, 8].map((bits) => [bits, `fixed<${bits},dynamic>/channel/mse`]),
  },
  {
    label: () => t('floating point'),
    schemes: [
      [4, 'fp4e2m1/channel/mse'],
      [6, 'fp6e2m3/channel/mse'],
      [6, 'fp6e3m2/channel/mse'],
      [8, 'fp8e4m3fn/channel/mse'],
      [8, 'fp8e5m2/channel/mse'],
    ],
  },
  {
    label: () => t('blocks'),
    schemes: [
      [4, 'mxfp4'],
      [4, 'nvfp4'],
      [4, 'nf4/block:64'],
      [6, 'mxfp6e2m3'],
      [8, 'mxfp8e4m3'],
      [8, 'mxint8'],
    ],
  },
];

/** The families of what was measured by now, by scheme: of each width the format that keeps most. */
export const measuredFamilies = (measured: ReadonlyMap<string, number | null>): readonly Family[] =>
  otherFamilies.flatMap(({ label, schemes }) => {
    const best = new Map<number, Kept>();
    for (const [bits, scheme] of schemes) {
      const sqnrDb = measured.get(scheme);
      const other = best.get(bits);
      if (sqnrDb !== undefined && (!other || rank(sqnrDb) > rank(other.sqnrDb))) best.set(bits, { scheme, bits, sqnrDb });
    }
    return best.size > 0 ? [{ label: label(), errors: [...best.values()].sort((a, b) => a.bits - b.bits), mixed: true }] : [];
  });
