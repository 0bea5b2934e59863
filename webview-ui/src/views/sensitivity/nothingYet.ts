import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, type TemplateResult } from 'lit';
import type { PageAction } from '../../../../src/rpc/page.js';
import { icon } from '../../components/icon.js';
import { progressLine } from '../../components/progressLine.js';
import { t } from '../../text/l10n.js';
import type { RunKnown } from '../../view/run.js';
import { progressWords } from '../../view/runSummary.js';

export const nothingYetStyles = css`
  .actions {
    align-items: center;
    column-gap: 8px;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    margin-top: 16px;
    row-gap: 8px;
  }
`;

/** Nothing was run, or nothing has come of it yet. */
export function nothingYet(run: RunKnown, act: (action: PageAction) => void): TemplateResult {
  const { view } = run;
  if (view.kind === 'running') {
    return html`<div class="message" role="status">
      <h2>${t('The model is being run')}</h2>
      <p>${t('The first effects come in once the layers are quantized one by one.')}</p>
      <div class="actions">${progressLine(progressWords(run), () => act('cancel-run'))}</div>
    </div>`;
  }
  if (view.blocked) {
    return html`<div class="message">
      <span class="big muted">${icon('lock')}</span>
      <h2>${t('Nothing was run')}</h2>
      <p>${t('Restricted mode: the weights are analyzed, the model is not run.')}</p>
      <div class="actions"><vscode-button @click=${() => act('manage-trust')}>${t('Manage trust…')}</vscode-button></div>
    </div>`;
  }
  return html`<div class="message">
    <span class="big muted">${icon('graph')}</span>
    <h2>${t('Nothing was run yet')}</h2>
    <p>
      ${t(
        'Sensitivity is what quantizing a layer does to the model’s outputs. To know it the model has to be run: on your own inputs, or on generated ones to begin with.',
      )}
    </p>
    <div class="actions">
      <vscode-button @click=${() => act('use-inputs')}>${t('Use inputs…')}</vscode-button>
      <vscode-button secondary @click=${() => act('run-synthetic')}>${t('Use generated inputs')}</vscode-button>
    </div>
  </div>`;
}
