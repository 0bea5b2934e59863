/** What a column of the layer table says of the boxes of the graph: a figure, and how much of the box is filled. */
import type { LayerReport } from '../../../src/report/types.js';
import { formatCompact, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { effectOf, effectText } from '../view/effects.js';
import { heatOf, type Heat } from '../view/heat.js';
import { rank } from '../view/schemes.js';

/** Which of the theme's colours fills a box: for figures against the target, warm below it and cool above it; `amount` where more is not worse. */
export type Tone = 'hot' | 'warm' | 'cool' | 'amount';

export interface Fill {
  /** Fifths of the box that are filled, 1…5: so the colour does not have to be seen. */
  readonly fifths: number;
  readonly tone: Tone;
}

export interface Shade extends Fill {
  /** The figure, in a word. */
  readonly text: string;
}

export interface ShadeColumn {
  readonly id: string;
  readonly label: string;
  /** What the figure of a closed module is of the layers in it. */
  readonly ofModule: string;
  /** The shade of a box with these layers; null where nothing is known. */
  readonly shade: (layers: readonly LayerReport[]) => Shade | null;
  /** From few to many fifths. */
  readonly legend: readonly (Fill & { readonly label: string })[];
}

const heatFill: Readonly<Record<Heat, Fill>> = {
  ample: { fifths: 1, tone: 'cool' },
  enough: { fifths: 2, tone: 'cool' },
  near: { fifths: 3, tone: 'warm' },
  below: { fifths: 4, tone: 'warm' },
  far: { fifths: 5, tone: 'hot' },
};

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value): value is number => typeof value === 'number');

/** Decibels of a layer; null where the error is zero. */
interface Decibels {
  readonly sqnrDb: number | null;
  readonly text: string;
}

/** Decibels; of a module those of its worst layer. */
const decibelColumn = (
  { id, label, legend }: Pick<ShadeColumn, 'id' | 'label' | 'legend'>,
  of: (layer: LayerReport) => Decibels | undefined,
  fill: (sqnrDb: number | null) => Fill,
): ShadeColumn => ({
  id,
  label,
  ofModule: t('the least of the layers in it'),
  legend,
  shade(layers) {
    let worst: Decibels | undefined;
    for (const layer of layers) {
      const figure = of(layer);
      if (figure && (!worst || rank(figure.sqnrDb) < rank(worst.sqnrDb))) worst = figure;
    }
    return worst ? { ...fill(worst.sqnrDb), text: t('{0} dB', worst.text) } : null;
  },
});

/** What suggestions, or what is planned instead, keep: of the outputs where that is known of any, else of the weights. */
function sqnrColumn(layers: readonly LayerReport[], target: number): ShadeColumn {
  const atOutputs = layers.some(({ advice }) => advice?.outputSqnrDb !== undefined);
  return decibelColumn(
    {
      id: 'sqnr',
      label: atOutputs ? t('SQNR at the outputs') : t('SQNR of the weights'),
      legend: [
        { ...heatFill.ample, label: t('12 dB or more above the target') },
        { ...heatFill.enough, label: t('target reached') },
        { ...heatFill.near, label: t('less than 6 dB short') },
        { ...heatFill.below, label: t('6 to 12 dB short') },
        { ...heatFill.far, label: t('more than 12 dB short') },
      ],
    },
    ({ advice }) => {
      const sqnrDb = atOutputs ? advice?.outputSqnrDb : advice?.sqnrDb;
      // of what was planned besides the suggestions not everything is measured
      return sqnrDb === undefined || Number.isNaN(sqnrDb) ? undefined : { sqnrDb, text: formatDb(sqnrDb) };
    },
    (sqnrDb) => heatFill[heatOf(sqnrDb, target)],
  );
}

/** Decibels by which the effect is less than the worst layer's; the lower ends of one to four fifths. */
const effectSteps = [20, 12, 6, 3];
const effectTones: readonly Tone[] = ['cool', 'cool', 'warm', 'warm', 'hot'];

/** Decibels at the outputs of the model, against those of its worst layer; undefined where none is known. */
function outputColumn(
  id: string,
  label: string,
  layers: readonly LayerReport[],
  of: (layer: LayerReport) => Decibels | undefined,
): ShadeColumn | undefined {
  const all = layers.flatMap((layer) => of(layer) ?? []);
  if (all.length === 0) return undefined;
  const worst = Math.min(...all.map(({ sqnrDb }) => rank(sqnrDb)));
  const fill = (fifths: number): Fill => ({ fifths, tone: effectTones[fifths - 1] });
  return decibelColumn(
    {
      id,
      label,
      legend: [
        { ...fill(1), label: t('20 dB or more above the worst layer') },
        { ...fill(2), label: t('{0} to {1} dB above', 12, 20) },
        { ...fill(3), label: t('{0} to {1} dB above', 6, 12) },
        { ...fill(4), label: t('{0} to {1} dB above', 3, 6) },
        { ...fill(5), label: t('less than 3 dB above the worst layer') },
      ],
    },
    of,
    (sqnrDb) => fill(1 + effectSteps.filter((step) => rank(sqnrDb) - worst < step).length),
  );
}

/** Upper ends of the shares that fill one to four fifths. */
const shareSteps = [0.01, 0.05, 0.1, 0.2];

/** Amounts that add up, as shares of the whole model. */
function amountColumn(id: string, label: string, all: readonly LayerReport[], of: (layer: LayerReport) => number | null): ShadeColumn {
  const sum = (layers: readonly LayerReport[]): number => known(layers.map(of)).reduce((total, value) => total + value, 0);
  const whole = sum(all);
  const step = (i: number, text: string) => ({ fifths: i + 1, tone: 'amount' as const, label: text });
  return {
    id,
    label,
    ofModule: t('the sum of the layers in it'),
    shade(layers) {
      if (known(layers.map(of)).length === 0) return null;
      const amount = sum(layers);
      const share = whole > 0 ? amount / whole : 0;
      return { fifths: 1 + shareSteps.filter((end) => share >= end).length, tone: 'amount', text: formatCompact(amount) };
    },
    legend: [
      step(0, t('less than 1 % of the model')),
      step(1, t('{0} to {1} %', 1, 5)),
      step(2, t('{0} to {1} %', 5, 10)),
      step(3, t('{0} to {1} %', 10, 20)),
      step(4, t('20 % or more')),
    ],
  };
}

/** Upper ends of the widths that fill one to four fifths. */
const bitSteps = [3, 4, 5, 7];

const bitsColumn = (planned: boolean): ShadeColumn => ({
  id: 'suggested',
  label: planned ? t('Bits as planned') : t('Suggested bits'),
  ofModule: t('the most of the layers in it'),
  shade(layers) {
    const bits = known(layers.map(({ advice }) => advice?.bits));
    if (bits.length === 0) return null;
    const most = Math.max(...bits);
    const least = Math.min(...bits);
    const text = least === most ? t('{0} bits', most) : t('{0}–{1} bits', least, most);
    return { fifths: 1 + bitSteps.filter((end) => most >= end).length, tone: 'amount', text };
  },
  legend: [t('2 bits or fewer'), t('3 bits'), t('4 bits'), t('5 or 6 bits'), t('7 bits or more')].map((label, i) => ({
    fifths: i + 1,
    tone: 'amount',
    label,
  })),
});

/** What boxes can be coloured by. @param layers of the whole model, as they are planned @param target dB @param planned whether that is more than the suggestions */
export const shadeColumns = (layers: readonly LayerReport[], target: number, planned = false): readonly ShadeColumn[] => [
  bitsColumn(planned),
  sqnrColumn(layers, target),
  ...[
    outputColumn('effect', t('Effect at the outputs'), layers, (layer) => {
      const effect = effectOf(layer);
      return effect && { sqnrDb: effect.outputSqnrDb, text: effectText(effect) };
    }),
    outputColumn('accumulated', t('Error accumulated up to here'), layers, ({ together: { accumulatedSqnrDb: sqnrDb } = {} }) =>
      sqnrDb === undefined ? undefined : { sqnrDb, text: formatDb(sqnrDb) },
    ),
  ].flatMap((column) => column ?? []),
  amountColumn('parameters', t('Parameters'), layers, ({ parameters }) => parameters),
  amountColumn('macs', t('MACs'), layers, ({ macs }) => macs),
];

/** Shades of all `boxes` by the layers in them; boxes without any are left out. */
export function shadesOf(
  boxes: Iterable<number>,
  layersIn: (box: number) => readonly LayerReport[],
  column: ShadeColumn,
): Map<number, Shade> {
  const shades = new Map<number, Shade>();
  for (const box of boxes) {
    const shade = column.shade(layersIn(box));
    if (shade) shades.set(box, shade);
  }
  return shades;
}
