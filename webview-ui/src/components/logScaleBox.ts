import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, type TemplateResult } from 'lit';
import { t } from '../text/l10n.js';

/** Whether the heights of a histogram are logarithmic, among the controls of its chart; `host` sends `pl-log-scale` when that is changed. */
export const logScaleBox = (host: HTMLElement, logScale: boolean): TemplateResult =>
  html`<vscode-checkbox
    slot="controls"
    label=${t('Log scale')}
    .checked=${logScale}
    @change=${(event: Event) =>
      host.dispatchEvent(new CustomEvent('pl-log-scale', { detail: (event.target as HTMLElement & { checked: boolean }).checked }))}
  ></vscode-checkbox>`;
