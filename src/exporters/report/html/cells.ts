import { html, Markup, type Part } from './markup.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
/** A table that scrolls by itself, by keyboard too. */
export const table = (caption: string, head: readonly Part[], rows: readonly Part[]): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

export const th = (text: string, numeric = false): Markup =>
  numeric ? html`<th scope="col" class="n">${text}</th>` : html`<th scope="col">${text}</th>`;
export const n = (text: string): Markup => html`<td class="n">${text}</td>`;
export const td = (text: string): Markup => html`<td>${text}</td>`;
