import { css, html, LitElement } from 'lit';
import type { Finding } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { causeWord, gainText, gainTitle, targetWord } from '../view/causes.js';
import { foundText, remedyText } from '../view/findingText.js';
import { causeIcon } from './causeIcon.js';
import { shared } from './styles.js';

/** What makes one layer hard to quantize, what to do about it, and what that gains. */
export class PlFindingsList extends LitElement {
  static override readonly properties = { findings: { attribute: false } };
  declare findings: readonly Finding[];

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
    `,
  ];

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
        </li>`;
      })}
    </ul>`;
  }
}

customElements.define('pl-findings-list', PlFindingsList);
