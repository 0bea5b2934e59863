import { css, html, type TemplateResult } from 'lit';
import { t } from '../text/l10n.js';

export const channelInputStyles = css`
  .channel {
    align-items: center;
    column-gap: 6px;
    display: inline-flex;
  }
  .channel input {
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--line));
    border-radius: 2px;
    color: var(--vscode-input-foreground, inherit);
    font: inherit;
    height: 24px;
    padding-inline: 6px 2px;
    width: 5.5em;
  }
  .channel input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
`;

/** One channel of several, or all of them, among the controls of a chart. @param channel null: all */
export function channelInput(channels: number, channel: number | null, choose: (channel: number | null) => void): TemplateResult {
  const last = channels - 1;
  return html`<label class="channel" slot="controls"
    ><span class="muted">${t('Channel')}</span
    ><input
      type="number"
      min="0"
      max=${last}
      placeholder=${t('all')}
      title=${t('One channel, 0 to {0}; empty for all of them', last)}
      .value=${channel === null ? '' : String(channel)}
      @change=${(event: Event) => {
        const { value } = event.target as HTMLInputElement;
        choose(value === '' ? null : Math.min(last, Math.max(0, Math.round(Number(value) || 0))));
      }}
  /></label>`;
}
