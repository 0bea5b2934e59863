import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { fields } from '../table/fields.js';
import { complete, type Completion, type Proposal } from '../table/query/complete.js';
import { parseQuery } from '../table/query/parse.js';
import { t } from '../text/l10n.js';
import { icon } from './icon.js';
import { shared } from './styles.js';

/** The filter of the layers, with proposals for what can be written next. Event `pl-filter` with the text. */
export class PlFilterBox extends LitElement {
  static override readonly properties = {
    value: { attribute: false },
    layers: { attribute: false },
    completion: { state: true },
    active: { state: true },
  };
  declare value: string;
  declare layers: readonly LayerReport[];
  /** What is proposed; null while the list is closed. */
  declare private completion: Completion | null;
  /** Index of the proposal that Enter takes; −1: none. */
  declare private active: number;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .frame {
        align-items: center;
        background: var(--vscode-settings-textInputBackground, var(--vscode-input-background));
        border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-input-border, var(--line)));
        border-radius: 4px;
        column-gap: 6px;
        display: flex;
        height: 26px;
        padding-inline: 6px 2px;
      }
      .frame:focus-within {
        border-color: var(--vscode-focusBorder);
      }
      .faulty {
        border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
      }
      input {
        background: none;
        border: 0;
        color: var(--vscode-input-foreground, inherit);
        flex: 1 1 auto;
        font: inherit;
        min-width: 0;
        outline: none;
        padding: 0;
      }
      input:focus-visible {
        outline: none; /* the frame has it */
      }
      input::placeholder {
        color: var(--vscode-input-placeholderForeground);
        opacity: 1;
      }
      button {
        border-radius: 3px;
        cursor: pointer;
        height: 22px;
        width: 22px;
      }
      button:hover {
        background: var(--vscode-toolbar-hoverBackground);
      }
      ul {
        background: var(--vscode-editorSuggestWidget-background, var(--vscode-editorWidget-background, var(--vscode-editor-background)));
        border: 1px solid var(--vscode-editorSuggestWidget-border, var(--line));
        border-radius: 3px;
        color: var(--vscode-editorSuggestWidget-foreground, var(--vscode-foreground));
        inset: auto;
        margin: 0;
        max-height: 40vh;
        max-width: calc(100vw - 16px);
        overflow: auto;
        padding: 3px;
        position: fixed;
      }
      li {
        align-items: baseline;
        column-gap: 1.5em;
        cursor: pointer;
        display: flex;
        justify-content: space-between;
        line-height: 1.7;
        list-style: none;
        padding-inline: 6px;
        white-space: nowrap;
      }
      li:hover {
        background: var(--vscode-list-hoverBackground);
      }
      li[aria-selected='true'] {
        background: var(--vscode-editorSuggestWidget-selectedBackground, var(--vscode-list-activeSelectionBackground));
        color: var(--vscode-editorSuggestWidget-selectedForeground, inherit);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      li[aria-selected='true'] .muted {
        color: inherit;
      }
      .fault {
        color: var(--vscode-errorForeground);
        line-height: 1.45;
        margin-top: 2px;
      }
    `,
  ];

  private readonly fields = fields();

  constructor() {
    super();
    this.value = '';
    this.layers = [];
    this.completion = null;
    this.active = -1;
  }

  private get input(): HTMLInputElement {
    return this.renderRoot.querySelector('input')!;
  }

  override focus(): void {
    this.input.focus();
  }

  private emit(text: string): void {
    this.dispatchEvent(new CustomEvent('pl-filter', { detail: text }));
  }

  private propose(): void {
    const { input } = this;
    this.completion = complete(input.value, input.selectionStart ?? input.value.length, this.fields, this.layers);
    this.active = -1;
  }

  private readonly typed = (): void => {
    this.emit(this.input.value);
    this.propose();
  };

  private readonly close = (): void => {
    this.completion = null;
    this.active = -1;
  };

  private take({ insert }: Proposal): void {
    const { input, completion } = this;
    if (!completion) return;
    const { from, to } = completion;
    const text = input.value.slice(0, from) + insert + input.value.slice(to);
    input.value = text;
    input.setSelectionRange(from + insert.length, from + insert.length);
    this.emit(text);
    this.propose();
  }

  private readonly key = (event: KeyboardEvent): void => {
    const proposals = this.completion?.proposals ?? [];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!this.completion) this.propose();
      else if (proposals.length > 0) {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        // below the last and above the first is what was written
        this.active = ((this.active + 1 + step + proposals.length + 1) % (proposals.length + 1)) - 1;
      }
    } else if ((event.key === 'Enter' || event.key === 'Tab') && this.active >= 0) this.take(proposals[this.active]);
    else if (event.key === 'Escape' && proposals.length > 0) this.close();
    else if (event.key === 'Escape' && this.value !== '') this.emit('');
    else if (event.key === 'Enter') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly clear = (): void => {
    this.emit('');
    this.close();
    this.input.focus();
  };

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('value') && this.input.value !== this.value) this.input.value = this.value;
    const { left, bottom, width } = this.renderRoot.querySelector('.frame')!.getBoundingClientRect();
    const list = this.renderRoot.querySelector<HTMLElement>('ul[popover]');
    if (list) {
      if (!list.matches(':popover-open')) list.showPopover();
      list.style.left = `${Math.max(8, left)}px`;
      list.style.top = `${bottom + 2}px`;
      list.style.minWidth = `${Math.min(width, window.innerWidth - 16)}px`;
    }
    this.renderRoot.querySelector('li[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render() {
    const proposals = this.completion?.proposals ?? [];
    const open = proposals.length > 0;
    const [fault] = parseQuery(this.value, this.fields).faults;
    return html`<div class="frame ${fault ? 'faulty' : ''}">
        ${icon('search', 'muted')}
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t('Filter layers')}
          aria-autocomplete="list"
          aria-expanded=${open}
          aria-controls="proposals"
          aria-activedescendant=${this.active >= 0 ? `proposal-${this.active}` : nothing}
          aria-invalid=${fault !== undefined}
          aria-describedby="help fault"
          placeholder=${t('Filter: name, op:Conv, bits>4, cause:…')}
          @input=${this.typed}
          @keydown=${this.key}
          @click=${() => this.propose()}
          @blur=${this.close}
        />
        ${
          this.value === ''
            ? nothing
            : html`<button type="button" title=${t('Clear the filter')} aria-label=${t('Clear the filter')} @click=${this.clear}>
                ${icon('close')}
              </button>`
        }
      </div>
      <span id="help" class="visually-hidden"
        >${t('Words look in names, operators and weights; terms like op:Conv, bits>4 or name~/conv/ ask single figures; a minus before a term turns it around.')}</span
      >
      <ul id="proposals" role="listbox" aria-label=${t('What can be written here')} ?hidden=${!open} popover=${open ? 'manual' : nothing}>
        ${proposals.map(
          (proposal, i) =>
            html`<li
              role="option"
              id="proposal-${i}"
              aria-selected=${i === this.active}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => this.take(proposal)}
            >
              <span>${proposal.label}</span><span class="muted">${proposal.detail}</span>
            </li>`,
        )}
      </ul>
      <p id="fault" class="fault" role="status" ?hidden=${!fault}>${fault?.message ?? nothing}</p>`;
  }
}

customElements.define('pl-filter-box', PlFilterBox);
