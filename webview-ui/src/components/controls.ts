/** Buttons and pickers that are smaller than those of the elements library, in VS Code's look. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icon.js';

export const controlStyles = css`
  .tool {
    align-items: center;
    border-radius: 4px;
    column-gap: 4px;
    cursor: pointer;
    display: inline-flex;
    height: 24px;
    justify-content: center;
    min-width: 24px;
    padding-inline: 4px;
  }
  .tool:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .tool:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .tool[aria-pressed='true'] {
    background: var(--vscode-inputOption-activeBackground);
    box-shadow: inset 0 0 0 1px var(--vscode-inputOption-activeBorder, currentColor);
    color: var(--vscode-inputOption-activeForeground, inherit);
  }
  .tool[disabled] {
    cursor: default;
    opacity: 0.5;
  }
  .pick {
    align-items: center;
    column-gap: 6px;
    display: inline-flex;
    max-width: 100%;
    min-width: 0;
  }
  select {
    background: var(--vscode-dropdown-background);
    border: 1px solid var(--vscode-dropdown-border, var(--line));
    border-radius: 2px;
    color: var(--vscode-dropdown-foreground, inherit);
    font: inherit;
    height: 24px;
    max-width: 100%;
    min-width: 0;
    padding-inline: 4px;
  }
  select:focus-visible {
    outline-offset: -1px;
  }
`;

/** A button that is an icon, with what it does as its name and on hover. */
export const iconButton = (name: IconName, label: string, act: () => void, pressed?: boolean): TemplateResult =>
  pressed === undefined
    ? html`<button type="button" class="tool" title=${label} aria-label=${label} @click=${act}>${icon(name)}</button>`
    : html`<button type="button" class="tool" title=${label} aria-label=${label} aria-pressed=${pressed} @click=${act}>
        ${icon(name)}
      </button>`;

export interface Option {
  readonly id: string;
  readonly label: string;
}

/** One of several, with what is chosen written before it. @param name for screen readers, where nothing is written before it */
export const picker = (
  label: string,
  options: readonly Option[],
  chosen: string,
  choose: (id: string) => void,
  name?: string,
): TemplateResult =>
  html`<label class="pick"
    >${label === '' ? nothing : html`<span class="muted">${label}</span>`}<select
      aria-label=${name ?? nothing}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      ${options.map(({ id, label }) => html`<option value=${id} .selected=${id === chosen}>${label}</option>`)}
    </select></label
  >`;
