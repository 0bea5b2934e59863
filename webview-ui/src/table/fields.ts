/** What of a layer can be asked for in the filter. */
import type { LayerReport } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { causesOf, causeWord } from '../view/causes.js';
import { effectOf } from '../view/effects.js';
import { advisedError, bestAt, rank, widths } from '../view/schemes.js';

interface FieldBase {
  /** What is typed. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly label: string;
}

export interface NumberField extends FieldBase {
  readonly kind: 'number';
  /** Null where it is not known. */
  readonly of: (layer: LayerReport, index: number) => number | null;
}

export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly of: (layer: LayerReport) => readonly string[];
  /** What is proposed to be asked for; null where there are too many values. */
  readonly proposed: ((layer: LayerReport) => readonly string[]) | null;
}

export type Field = NumberField | TextField;

const text = (name: string, label: string, of: TextField['of'], proposed: TextField['proposed'] = null): TextField => ({
  kind: 'text',
  name,
  label,
  of,
  proposed,
});
/** A text with few different values. */
const listed = (name: string, label: string, of: TextField['of']): TextField => text(name, label, of, of);
const number = (name: string, label: string, of: NumberField['of']): NumberField => ({ kind: 'number', name, label, of });

/** Decibels, where no error at all is more than any number. */
const decibels = (sqnrDb: number | null | undefined): number | null => (sqnrDb === undefined ? null : rank(sqnrDb));

/** All fields, in the order they are proposed. */
export const fields = (): readonly Field[] => [
  text('name', t('name of the layer'), ({ name }) => [name]),
  listed('op', t('operator'), ({ op }) => [op]),
  number('bits', t('suggested bits'), ({ advice }) => advice?.bits ?? null),
  number('sqnr', t('SQNR of the weights, dB'), ({ advice }) => decibels(advice ? advice.sqnrDb : undefined)),
  number('effect', t('SQNR at the outputs, dB'), (layer) => decibels(effectOf(layer)?.outputSqnrDb)),
  text(
    'cause',
    t('what makes it hard to quantize'),
    (layer) => causesOf(layer).flatMap((cause) => [cause, causeWord(cause)]),
    (layer) => causesOf(layer).map(causeWord),
  ),
  number('gain', t('most that a remedy gains, dB'), ({ findings = [] }) => {
    const gains = findings.flatMap(({ gainDb }) => gainDb ?? []);
    return gains.length > 0 ? Math.max(...gains) : null;
  }),
  number('params', t('parameters'), ({ parameters }) => parameters),
  number('macs', t('multiply-accumulates'), ({ macs }) => macs),
  listed('scheme', t('suggested scheme'), ({ advice }) => (advice ? [advice.scheme] : [])),
  number('clipped', t('share of the weights that are clipped, %'), (layer) => {
    const error = advisedError(layer);
    return error ? error.clippedFraction * 100 : null;
  }),
  ...widths.map((bits) =>
    number(`${bits}bit`, t('SQNR of the weights with {0} bits, dB', bits), (layer) => decibels(bestAt(layer, bits)?.sqnrDb)),
  ),
  number('kurtosis', t('excess kurtosis of the weights'), ({ weightStats }) => weightStats?.kurtosis ?? null),
  number('max', t('largest magnitude of the weights'), ({ weightStats }) =>
    weightStats ? Math.max(Math.abs(weightStats.min), Math.abs(weightStats.max)) : null,
  ),
  number('channels', t('channels'), ({ channelAxis, shape }) => (channelAxis === null ? null : shape[channelAxis])),
  text('weight', t('name of the weight'), ({ weight }) => [weight]),
  listed('type', t('storage type'), ({ dataType }) => [dataType]),
  text('problem', t('why there are no figures'), ({ problem }) => (problem === undefined ? [] : [problem])),
  number('index', t('position in the model'), (_, index) => index + 1),
];

export const fieldCalled = (all: readonly Field[], name: string): Field | undefined => {
  const wanted = name.toLowerCase();
  return all.find((field) => field.name === wanted);
};
