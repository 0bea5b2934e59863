import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { css, html, type TemplateResult } from 'lit';
import { t } from '../text/l10n.js';
import type { ProgressWords } from '../view/runSummary.js';

export const progressLineStyles = css`
  .words {
    font-variant-numeric: tabular-nums;
  }
  vscode-progress-bar {
    width: 120px;
  }
  vscode-progress-bar::part(track) {
    background: color-mix(in srgb, currentColor 15%, transparent);
  }
`;

/** How far something is, and the way to stop it. */
export const progressLine = ({ stage, percent, line }: ProgressWords, cancel: () => void): TemplateResult => html`
  <span class="words">${line}</span>
  <vscode-progress-bar aria-label=${stage} .value=${percent ?? undefined} ?indeterminate=${percent === null}></vscode-progress-bar>
  <vscode-button secondary @click=${cancel}>${t('Cancel')}</vscode-button>
`;
