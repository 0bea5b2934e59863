/** Remedies that are no schemes, in words. */
import type { Transform } from '../../../src/report/plan.js';
import type { Finding } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { nameInText } from '../text/names.js';
import type { Planned } from './planned.js';
import type { TransformChange } from './remedy.js';

/** What is done, as a fact. */
export function transformWords(transform: Transform): string {
  switch (transform.transform) {
    case 'equalize':
      return t('Equalized with {0}', nameInText(transform.with));
    case 'correct-bias':
      return t('Bias corrected by the mean error');
    case 'fit-bias':
      return t('Scales wide enough for the bias');
  }
}

/** What it is the remedy of. */
export function causeOf({ transform }: Transform): Finding['cause'] {
  return ({ equalize: 'layer-imbalance', 'correct-bias': 'bias-shift', 'fit-bias': 'bias-overflow' } as const)[transform];
}

/** All that is planned of a layer. */
export const plannedWords = ({ transforms, equalizedBy }: Pick<Planned, 'transforms' | 'equalizedBy'>): readonly string[] => [
  ...(equalizedBy === null ? [] : [t('Equalized with {0}', nameInText(equalizedBy))]),
  ...transforms.map(transformWords),
];

/** What the button says. */
export function applyWords(transform: Transform): string {
  switch (transform.transform) {
    case 'equalize':
      return t('Apply: equalize both layers');
    case 'correct-bias':
      return t('Apply: correct the bias');
    case 'fit-bias':
      return t('Apply: widen the scales');
  }
}

/** What undoing the change is called. */
export function transformLabel({ layer, transform, on }: TransformChange): string {
  const name = nameInText(layer);
  if (!on) return t('Take back from {0}: {1}', name, transformWords(transform));
  switch (transform.transform) {
    case 'equalize':
      return t('Equalize {0} with {1}', name, nameInText(transform.with));
    case 'correct-bias':
      return t('Correct the bias of {0}', name);
    case 'fit-bias':
      return t('Widen the scales of {0}', name);
  }
}
