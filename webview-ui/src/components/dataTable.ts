import { css, html, LitElement, nothing } from 'lit';
import { t } from '../text/l10n.js';
import { shared } from './styles.js';

/** A chart's twin in figures, folded away until it is asked for. */
export class PlDataTable extends LitElement {
  static override readonly properties = {
    caption: { attribute: false },
    head: { attribute: false },
    rows: { attribute: false },
    open: { state: true },
  };
  declare caption: string;
  declare head: readonly string[];
  /** Makes the rows when the table is opened. */
  declare rows: () => readonly (readonly string[])[];
  declare private open: boolean;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        margin-top: 6px;
      }
      summary {
        color: var(--muted);
        cursor: pointer;
        width: fit-content;
      }
      summary:hover {
        color: var(--vscode-foreground);
      }
      .scroll {
        margin-top: 4px;
        max-height: 240px;
        overflow: auto;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
        width: 100%;
      }
      th,
      td {
        border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
        font-weight: normal;
        padding: 2px 8px;
        text-align: end;
      }
      thead th {
        background: var(--vscode-editor-background);
        color: var(--muted);
        position: sticky;
        top: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
  }

  protected override render() {
    return html`<details @toggle=${(event: Event) => (this.open = (event.target as HTMLDetailsElement).open)}>
      <summary>${t('Show as a table')}</summary>
      ${
        this.open
          ? html`<div class="scroll" tabindex="0" role="region" aria-label=${this.caption}>
              <table>
                <caption class="visually-hidden">
                  ${this.caption}
                </caption>
                <thead>
                  <tr>
                    ${this.head.map((text) => html`<th scope="col">${text}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${this.rows().map(
                    ([first, ...rest]) =>
                      html`<tr>
                        <th scope="row">${first}</th>
                        ${rest.map((text) => html`<td>${text}</td>`)}
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
          : nothing
      }
    </details>`;
  }
}

customElements.define('pl-data-table', PlDataTable);
