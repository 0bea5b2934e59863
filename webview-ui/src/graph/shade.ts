/** How the columns of the layer table colour the boxes of the graph. */
import type { LayerReport } from '../../../src/report/types.js';
import { formatCompact, formatDb, formatInterval, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { effectOf, effectText } from '../view/effects.js';
import { rangeOf } from '../view/activations.js';
import { columns as tableColumns, type Column as TableColumn } from '../view/columns.js';
import { heatOf, type Heat } from '../view/heat.js';
import { bestAt, rank, type Basis } from '../view/schemes.js';
import { causesColumn, operatorsColumn } from './categories.js';
import type { Fill, Shade, ShadeColumn, Tone } from './fill.js';

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

/** Decibels against the target. */
const targetColumn = (id: string, label: string, target: number, of: (layer: LayerReport) => Decibels | undefined): ShadeColumn =>
  decibelColumn(
    {
      id,
      label,
      legend: [
        { ...heatFill.ample, label: t('12 dB or more above the target') },
        { ...heatFill.enough, label: t('target reached') },
        { ...heatFill.near, label: t('less than 6 dB short') },
        { ...heatFill.below, label: t('6 to 12 dB short') },
        { ...heatFill.far, label: t('more than 12 dB short') },
      ],
    },
    of,
    (sqnrDb) => heatFill[heatOf(sqnrDb, target)],
  );

const basisLabel = (basis: Basis): string => (basis === 'outputs' ? t('SQNR at the outputs') : t('SQNR of the weights'));

/** What suggestions, or what is planned instead, keep: of the outputs first, where that is known of any, and of the weights. */
function sqnrColumns(layers: readonly LayerReport[], target: number): readonly ShadeColumn[] {
  const atOutputs = layers.some(({ advice }) => advice?.outputSqnrDb !== undefined);
  return (atOutputs ? (['outputs', 'weights'] as const) : (['weights'] as const)).map((basis, i) =>
    targetColumn(i === 0 ? 'sqnr' : 'sqnr:weights', basisLabel(basis), target, ({ advice }) => {
      const sqnrDb = basis === 'outputs' ? advice?.outputSqnrDb : advice?.sqnrDb;
      // of what was planned besides the suggestions not everything is measured
      return sqnrDb === undefined || Number.isNaN(sqnrDb) ? undefined : { sqnrDb, text: formatDb(sqnrDb) };
    }),
  );
}

/** The best that `bits` bits keep, as the heat strip of the table shows it; undefined where it is known of no layer. */
function heatColumn(id: string, bits: number, layers: readonly LayerReport[], target: number): ShadeColumn | undefined {
  const basis: Basis = layers.some(({ sensitivity }) => sensitivity.length > 0) ? 'outputs' : 'weights';
  if (!layers.some((layer) => bestAt(layer, bits, basis))) return undefined;
  return targetColumn(id, [basisLabel(basis), t('{0} bits', bits)].join(t(', ')), target, (layer) => {
    const best = bestAt(layer, bits, basis);
    return best && { sqnrDb: best.sqnrDb, text: best.how === 'predicted' ? `≈${formatDb(best.sqnrDb)}` : formatDb(best.sqnrDb) };
  });
}

/** Lower ends of the excess kurtoses that fill two to five fifths: a Gaussian has 0, a uniform distribution −1.2, a Laplacian 3. */
const kurtosisSteps = [0, 1, 3, 10];
const tailTones: readonly Tone[] = ['cool', 'cool', 'warm', 'warm', 'hot'];

/** How heavy the tails are; of a module those of the heaviest. Undefined where it is known of no layer. */
function kurtosisColumn(
  id: string,
  label: string,
  all: readonly LayerReport[],
  of: (layer: LayerReport) => number | null | undefined,
): ShadeColumn | undefined {
  if (known(all.map(of)).length === 0) return undefined;
  const words = [t('below {0}', 0), t('{0} or more', 0), t('{0} or more', 1), t('{0} or more', 3), t('{0} or more', 10)];
  return {
    id,
    label,
    ofModule: t('the most of the layers in it'),
    shade(layers) {
      const values = known(layers.map(of));
      if (values.length === 0) return null;
      const most = Math.max(...values);
      const step = kurtosisSteps.filter((from) => most >= from).length;
      return { fifths: 1 + step, tone: tailTones[step], text: formatReal(most) };
    },
    legend: words.map((word, i) => ({ fifths: i + 1, tone: tailTones[i], label: word })),
  };
}

/** Lower ends of the shares of the widest range that fill two to five fifths. */
const widthSteps = [1 / 16, 1 / 8, 1 / 4, 1 / 2];

interface Reach {
  readonly width: number;
  readonly text: string;
}

/** How wide ranges are, against the widest of the model; of a module the widest. Undefined where none is known. */
function widthColumn(
  id: string,
  label: string,
  all: readonly LayerReport[],
  of: (layer: LayerReport) => Reach | undefined,
): ShadeColumn | undefined {
  const widest = (layers: readonly LayerReport[]): Reach | undefined => {
    let most: Reach | undefined;
    for (const layer of layers) {
      const reach = of(layer);
      if (reach && Number.isFinite(reach.width) && (!most || reach.width > most.width)) most = reach;
    }
    return most;
  };
  const whole = widest(all)?.width;
  if (whole === undefined) return undefined;
  return {
    id,
    label,
    ofModule: t('the widest of the layers in it'),
    shade(layers) {
      const reach = widest(layers);
      if (!reach) return null;
      return { fifths: 1 + widthSteps.filter((from) => reach.width >= from * whole).length, tone: 'amount', text: reach.text };
    },
    legend: [
      t('less than {0} of the widest', '1/16'),
      t('{0} of the widest or more', '1/16'),
      t('{0} of the widest or more', '1/8'),
      t('{0} of the widest or more', '1/4'),
      t('{0} of the widest or more', '1/2'),
    ].map((word, i) => ({ fifths: i + 1, tone: 'amount', label: word })),
  };
}

const clipReach = ({ advice }: LayerReport): Reach | undefined =>
  advice ? { width: advice.clip.hi - advice.clip.lo, text: formatInterval(advice.clip) } : undefined;

const inputReach = ({ activationStats }: LayerReport): Reach | undefined => {
  const input = activationStats?.input;
  return input ? { width: input.max - input.min, text: rangeOf(input) } : undefined;
};

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

/** How a column of the table colours boxes; none where it says nothing that could, or nothing yet. */
function shadesBy(
  { id, label, bits }: TableColumn,
  layers: readonly LayerReport[],
  target: number,
  planned: boolean,
): readonly (ShadeColumn | undefined)[] {
  if (bits !== undefined) return [heatColumn(id, bits, layers, target)];
  switch (id) {
    case 'suggested':
      return [bitsColumn(planned)];
    case 'sqnr':
      return sqnrColumns(layers, target);
    case 'effect':
      return [
        outputColumn(id, t('Effect at the outputs'), layers, (layer) => {
          const effect = effectOf(layer);
          return effect && { sqnrDb: effect.outputSqnrDb, text: effectText(effect) };
        }),
        outputColumn('accumulated', t('Error accumulated up to here'), layers, ({ together: { accumulatedSqnrDb: sqnrDb } = {} }) =>
          sqnrDb === undefined ? undefined : { sqnrDb, text: formatDb(sqnrDb) },
        ),
      ];
    case 'causes':
      return [causesColumn(label, layers)];
    case 'clip':
      return [widthColumn(id, label, layers, clipReach)];
    case 'weights':
      return [kurtosisColumn(id, t('Excess kurtosis of the weights'), layers, ({ weightStats }) => weightStats?.kurtosis)];
    case 'inputs':
      return [kurtosisColumn(id, t('Excess kurtosis of the inputs'), layers, ({ activationStats }) => activationStats?.input?.kurtosis)];
    case 'inputRange':
      return [widthColumn(id, label, layers, inputReach)];
    case 'parameters':
      return [amountColumn(id, label, layers, ({ parameters }) => parameters)];
    case 'macs':
      return [amountColumn(id, label, layers, ({ macs }) => macs)];
    case 'op':
      return [operatorsColumn(label, layers)];
    default:
      return [];
  }
}

/** Columns that are asked for most; the others follow in the order of the table. */
const first = ['suggested', 'sqnr', 'effect'];

/**
 * What boxes can be coloured by: the columns of the layer table, all but names, shapes and places, which boxes show anyway, and those nothing is known of yet.
 *
 * @param layers of the whole model, as they are planned @param target dB @param planned whether that is more than the suggestions
 */
export function shadeColumns(layers: readonly LayerReport[], target: number, planned = false): readonly ShadeColumn[] {
  const all = tableColumns(true);
  const order = [...first.flatMap((id) => all.find((column) => column.id === id) ?? []), ...all.filter(({ id }) => !first.includes(id))];
  return order.flatMap((column) => shadesBy(column, layers, target, planned)).filter((column) => column !== undefined);
}

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
