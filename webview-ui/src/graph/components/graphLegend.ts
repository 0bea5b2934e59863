import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../text/l10n.js';
import type { ShadeColumn } from '../fill.js';

/** What the colours and lines of the graph mean. */
export const graphLegend = (column: ShadeColumn | null): TemplateResult | typeof nothing =>
  column === null
    ? nothing
    : html`<div class="legend" role="note">
        <span class="muted">${t('{0}:', column.label)}</span>
        ${column.legend.map(
          ({ fifths, tone, pattern = '', label }) =>
            html`<span class="key"
              ><span class="swatch" aria-hidden="true"><i class="${tone} fifths-${fifths} ${pattern}"></i></span>${label}</span
            >`,
        )}
        <span class="muted">${t('modules: {0}', column.ofModule)}</span>
        <span class="key"><span class="way before" aria-hidden="true"></span>${t('leads to the chosen box')}</span>
        <span class="key"><span class="way after" aria-hidden="true"></span>${t('leads away from it')}</span>
      </div>`;
