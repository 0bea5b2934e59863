/** What a comparison speaks of, in words. */
import type { TotalKind } from '../../../src/report/compare/compare.js';
import type { Evidence } from '../../../src/report/types.js';
import type { Compared } from '../../../src/report/compare/compared.js';
import type { DifferenceKind, Unit, Value } from '../../../src/report/compare/differences.js';
import type { MatchedBy } from '../../../src/report/compare/match.js';
import { writeValue } from '../../../src/report/compare/text.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';

export const totalWords: Readonly<Record<TotalKind, () => string>> = {
  layers: () => t('Weights of layers'),
  parameters: () => t('Parameters'),
  macs: () => t('MACs of one sample'),
  file: () => t('File'),
  opset: () => t('Opset'),
  evidence: () => t('Evidence'),
  samples: () => t('Samples'),
  accuracy: () => t('Accuracy as it is'),
  budget: () => t('Budget'),
  runtime: () => t('Runtime'),
  'planned-bytes': () => t('Weights as planned'),
  'planned-bits': () => t('Bits a weight'),
  predicted: () => t('Predicted SQNR'),
  measured: () => t('Measured SQNR'),
};

export const differenceWords: Readonly<Record<DifferenceKind, () => string>> = {
  name: () => t('name'),
  operator: () => t('operator'),
  shape: () => t('shape'),
  type: () => t('type'),
  parameters: () => t('number of weights'),
  macs: () => t('MACs'),
  weights: () => t('values of weights'),
  'planned-weight': () => t('planned weight'),
  'planned-input': () => t('planned input'),
  suggested: () => t('suggestion'),
  error: () => t('SQNR of the weight'),
  effect: () => t('SQNR at the outputs'),
};

export const kindWords: Readonly<Record<Compared['kind'], () => string>> = {
  model: () => t('model'),
  report: () => t('report'),
  plan: () => t('plan'),
};

export const matchWords: Readonly<Record<MatchedBy, () => string>> = {
  name: () => t('matched by name'),
  shape: () => t('matched by operator and shape'),
  position: () => t('matched by position'),
};

const evidenceWords: Readonly<Record<Evidence, () => string>> = {
  weights: () => t('weights alone'),
  synthetic: () => t('synthetic inputs'),
  data: () => t('your inputs'),
};

/** A value as it is shown. Texts come from the files: names of layers, operators, schemes. */
export const valueText = (value: Value | undefined, unit: Unit): string =>
  displayName(writeValue(value, unit, { exact: t('exact'), asIs: t('as it is') }));

/** As `valueText`, for what two files are as a whole. */
export const totalText = (what: TotalKind, value: Value | undefined, unit: Unit): string =>
  what === 'evidence' && typeof value === 'string' && Object.hasOwn(evidenceWords, value)
    ? evidenceWords[value as Evidence]()
    : valueText(value, unit);
