import '@vscode-elements/elements/dist/vscode-badge/index.js';
import { css, html, LitElement } from 'lit';
import type { RunKnown } from '../view/run.js';
import { evidenceLabel } from '../view/runSummary.js';
import { shared } from './styles.js';
import './term.js';

/** What the figures rest on; figures from the user's own inputs stand out. */
export class PlEvidenceBadge extends LitElement {
  static override readonly properties = { run: { attribute: false }, layers: { attribute: false } };
  declare run: RunKnown;
  /** How many the model has. */
  declare layers: number;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: inline-block;
      }
      .data {
        --vscode-badge-background: var(--vscode-activityBarBadge-background);
        --vscode-badge-foreground: var(--vscode-activityBarBadge-foreground);
      }
    `,
  ];

  protected override render() {
    const { evidence } = this.run.view;
    return html`<pl-term .term=${evidence === 'weights' ? 'evidence' : evidence}
      ><vscode-badge class=${evidence}>${evidenceLabel(this.run, this.layers)}</vscode-badge></pl-term
    >`;
  }
}

customElements.define('pl-evidence-badge', PlEvidenceBadge);
