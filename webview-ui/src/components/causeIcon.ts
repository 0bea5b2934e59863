import type { TemplateResult } from 'lit';
import type { Cause } from '../view/causes.js';
import { icon, type IconName } from './icon.js';

const icons: Readonly<Record<Cause, IconName>> = {
  outliers: 'graph-scatter',
  'heavy-tails': 'graph-line',
  'channel-imbalance': 'graph',
  'layer-imbalance': 'layers',
  'dead-channels': 'circle-slash',
  asymmetry: 'law',
  'one-sided': 'arrow-right',
  'bias-shift': 'arrow-swap',
  'bias-overflow': 'flame',
  'range-mismatch': 'git-compare',
};

/** Stands beside the cause's word. */
export const causeIcon = (cause: Cause): TemplateResult => icon(icons[cause], 'cause');
