/** The views of a model that the page can show above the detail of the chosen layer. */
import { t } from '../text/l10n.js';

export type ViewId = 'layers' | 'sensitivity' | 'plan' | 'graph';

export interface Tab {
  readonly id: ViewId;
  readonly label: string;
}

export const views = (): readonly Tab[] => [
  { id: 'layers', label: t('Layers') },
  { id: 'sensitivity', label: t('Sensitivity') },
  { id: 'plan', label: t('Plan') },
  { id: 'graph', label: t('Graph') },
];

const ids: readonly ViewId[] = ['layers', 'sensitivity', 'plan', 'graph'];

export const isViewId = (value: unknown): value is ViewId => ids.some((id) => id === value);
