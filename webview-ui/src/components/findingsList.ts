import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { causeWord, gainText, gainTitle, targetWord } from '../view/causes.js';
import { foundText, remedyText } from '../view/findingText.js';
import { isSchemeRemedy, withRemedy } from '../view/remedy.js';
import type { Planned } from '../view/planned.js';
import { causeIcon } from './causeIcon.js';
import { icon } from './icon.js';
import type { SchemeChoice } from './schemePicker.js';
import { shared } from './styles.js';

/** What makes one layer hard to quantize, what to do about it, and what that gains. Event: `pl-apply` with the scheme of a remedy; it bubbles. */
export class PlFindingsList extends LitElement {
  static override readonly properties = {
    findings: { attribute: false },
    planned: { attribute: false },
  };
  declare findings: readonly Finding[];
  /** What the user's plan gives the layer; remedies can be applied where it is known. */
  declare planned: Planned | undefined;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
        column-gap: 8px;
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr) auto;
        line-height: 1.45;
        padding: 4px 0;
      }
      p {
        grid-column: 2 / -1;
        overflow-wrap: anywhere;
      }
      .gain {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
        white-space: nowrap;
      }
      .cause {
        line-height: 1.3;
      }
      vscode-button,
      .applied {
        grid-column: 2 / -1;
        justify-self: start;
        margin-block: 3px 2px;
      }
      .applied .icon {
        margin-inline-end: 4px;
      }
    `,
  ];

  constructor() {
    super();
    this.findings = [];
    this.planned = undefined;
  }

  /** A button for a remedy that is another scheme. */
  private apply({ apply }: Finding): TemplateResult | typeof nothing {
    const { planned } = this;
    if (!planned || !isSchemeRemedy(apply)) return nothing;
    const { target } = apply;
    const scheme = withRemedy(planned[target], apply);
    if (planned[target] === scheme) return html`<span class="applied muted">${icon('check')}${t('In your plan')}</span>`;
    return html`<vscode-button
      secondary
      title=${t('Sets {0} of this layer in your plan; Undo takes it back.', scheme)}
      @click=${() => this.dispatchEvent(new CustomEvent<SchemeChoice>('pl-apply', { detail: { target, scheme }, bubbles: true, composed: true }))}
      >${t('Apply: {0}', scheme)}</vscode-button
    >`;
  }

  protected override render() {
    if (this.findings.length === 0) return html`<p class="muted">${t('Nothing stands out.')}</p>`;
    return html`<ul>
      ${this.findings.map((finding) => {
        const { cause, target } = finding;
        const gain = gainText(finding);
        return html`<li>
          ${causeIcon(cause)}<span><strong>${causeWord(cause)}</strong> <span class="muted">${targetWord(target)}</span></span>
          <span class="gain" title=${gainTitle(finding)}>${gain}</span>
          <p>${foundText(finding)}</p>
          <p class="muted">${remedyText(finding)}</p>
          ${this.apply(finding)}
        </li>`;
      })}
    </ul>`;
  }
}

customElements.define('pl-findings-list', PlFindingsList);
