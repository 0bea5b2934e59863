import { printable } from '../../report/names.js';
import type { LayerError, Sensitivity } from '../../report/types.js';
import { plannedLayers, type ReportDocument } from './rows.js';

type Cell = string | number | boolean | null | undefined;

/** Spreadsheets take text that begins like a formula for one; an apostrophe in front stops that. Names come from model files. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = printable(FORMULA.test(value) ? `'${value}` : value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const titles = [
  'layer',
  'operator',
  'weight',
  'shape',
  'type',
  'parameters',
  'macs',
  'target',
  'scheme',
  'input_scheme',
  'bits',
  'effective_bits',
  'sqnr_db',
  'mse',
  'max_error',
  'cosine',
  'clipped_fraction',
  'clip_lo',
  'clip_hi',
  'output_sqnr_db',
  'output_kl',
  'top1_agreement',
  'accuracy_drop',
  'how',
  'suggested',
  'planned',
  'transforms',
] as const;

/**
 * A report as RFC 4180 CSV, to be filtered and pivoted: a line for each layer, target and scheme, with the error of the tensor itself and the effect at the
 * outputs. An empty SQNR is an error of zero, or a figure that there is not. Layers without figures have a line too.
 */
export function reportCsv(document: ReportDocument): string {
  const lines = plannedLayers(document).flatMap(({ layer, weight, activation, transforms }) => {
    const { name, op, shape, dataType, parameters, macs, errors, sensitivity, advice } = layer;
    const head: Cell[] = [name, op, layer.weight, shape.join('x'), dataType, parameters, macs];
    const key = (target: string, scheme: string, input: string | undefined): string => JSON.stringify([target, scheme, input ?? null]);
    const rows = new Map<string, { error?: LayerError; effect?: Sensitivity }>();
    for (const error of errors) rows.set(key(error.target, error.scheme, undefined), { error });
    for (const effect of sensitivity) {
      const at = key(effect.target, effect.scheme, effect.activationScheme);
      rows.set(at, { ...rows.get(at), effect });
    }
    if (rows.size === 0) return [[...head, ...Array.from({ length: titles.length - head.length }, () => null)]];
    return [...rows.values()].map(({ error, effect }): Cell[] => {
      const { target, scheme } = (error ?? effect)!;
      return [
        ...head,
        target,
        scheme,
        effect?.activationScheme,
        error?.bits,
        error?.effectiveBits,
        error?.sqnrDb,
        error?.mse,
        error?.maxError,
        error?.cosine,
        error?.clippedFraction,
        error?.clip.lo,
        error?.clip.hi,
        effect?.outputSqnrDb,
        effect?.kl,
        effect?.top1Agreement,
        effect?.accuracyDrop,
        effect?.how,
        target === 'weight' && scheme === advice?.scheme,
        document.plan ? (target === 'weight' ? scheme === weight : target === 'activation' && scheme === activation) : null,
        document.plan ? transforms.join('; ') : null,
      ];
    });
  });
  return [titles, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}
