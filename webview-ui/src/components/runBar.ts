import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { PageAction } from '../../../src/rpc/page.js';
import { t } from '../text/l10n.js';
import type { RunKnown } from '../view/run.js';
import { cancelledLine, chosenLabel, progressWords } from '../view/runSummary.js';
import { icon } from './icon.js';
import { progressLine, progressLineStyles } from './progressLine.js';
import { shared } from './styles.js';

/** How the running of the model stands and what can be done about it, once the weights are analyzed. Event `pl-act`: a `PageAction`. */
export class PlRunBar extends LitElement {
  static override readonly properties = { run: { attribute: false }, layers: { attribute: false } };
  declare run: RunKnown;
  /** Layers that the model has. */
  declare layers: number;

  static override readonly styles = [
    shared,
    progressLineStyles,
    css`
      :host {
        align-items: center;
        column-gap: 10px;
        display: flex;
        flex-wrap: wrap;
        min-height: 26px;
        row-gap: 4px;
      }
    `,
  ];

  private button(action: PageAction, label: string, primary = false): TemplateResult {
    return html`<vscode-button
      ?secondary=${!primary}
      @click=${() => this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail: action }))}
      >${label}</vscode-button
    >`;
  }

  private content(): TemplateResult {
    const { view } = this.run;
    if (view.blocked) {
      return html`<span class="words muted">${icon('lock')} ${t('Restricted mode: the weights are analyzed, the model is not run.')}</span>
        ${this.button('manage-trust', t('Manage trust…'))}`;
    }
    switch (view.kind) {
      case 'running':
        return progressLine(progressWords(this.run), () =>
          this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail: 'cancel-run' })),
        );
      case 'cancelled':
        return html`<span class="words muted">${cancelledLine(this.run, this.layers)}</span> ${this.button('run', t('Run again'), true)}
          ${this.button('use-inputs', t('Other inputs…'))}`;
      case 'failed':
        return html`${this.button('run', t('Try again'), true)} ${this.button('use-inputs', t('Other inputs…'))}
        ${this.button('show-log', t('Show log'))}`;
      case 'idle':
        return view.chosen
          ? html`${this.button('run', t('Run with {0}', chosenLabel(view.chosen.inputs)), true)}
            ${this.button('use-inputs', t('Other inputs…'))}`
          : this.button('use-inputs', t('Use inputs…'));
      case 'done':
        return this.button('use-inputs', view.evidence === 'data' ? t('Other inputs…') : t('Use inputs…'));
    }
  }

  protected override render() {
    return this.layers === 0 ? nothing : this.content();
  }
}

customElements.define('pl-run-bar', PlRunBar);
