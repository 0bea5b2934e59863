import { css, html, nothing, type TemplateResult } from 'lit';
import type { Term } from '../text/terms.js';
import './term.js';

/** How small tables of figures look; they scroll sideways where there is no room. */
export const figureTableStyles = css`
  .scroll {
    max-height: 300px;
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
    line-height: 1.75;
    padding: 0 6px;
    text-align: end;
    white-space: nowrap;
  }
  th:first-child {
    padding-inline-start: 0;
    text-align: start;
  }
  thead th {
    background: var(--vscode-editor-background);
    color: var(--muted);
    position: sticky;
    top: 0;
  }
  .group th {
    color: var(--muted);
    padding-top: 6px;
  }
  .predicted {
    color: var(--muted);
    font-style: italic;
  }
`;

export interface Head {
  readonly label: string;
  readonly term?: Term;
}

/** A row begins with its heading. */
export interface FigureRow {
  readonly head: unknown;
  readonly cells: readonly unknown[];
  readonly classes?: string;
  readonly title?: string;
}

/** Rows that belong together, under a heading of their own if it has a label. */
export interface RowGroup {
  readonly label?: string;
  readonly rows: readonly FigureRow[];
}

export const figureTable = (caption: string, head: readonly Head[], groups: readonly RowGroup[]): TemplateResult =>
  html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="visually-hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map(({ label, term }) => html`<th scope="col">${term ? html`<pl-term .term=${term}>${label}</pl-term>` : label}</th>`)}
        </tr>
      </thead>
      ${groups.map(
        ({ label, rows }) =>
          html`<tbody>
            ${
              label === undefined
                ? nothing
                : html`<tr class="group">
                    <th scope="rowgroup" colspan=${head.length}>${label}</th>
                  </tr>`
            }
            ${rows.map(
              ({ head, cells, classes, title }) =>
                html`<tr class=${classes ?? nothing} title=${title ?? nothing}>
                  <th scope="row">${head}</th>
                  ${cells.map((cell) => html`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>`,
      )}
    </table>
  </div>`;
