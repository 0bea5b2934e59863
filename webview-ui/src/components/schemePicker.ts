import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { dash, formatBytes, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { effectText } from '../view/effects.js';
import { partsFor, type Planned } from '../view/planned.js';
import { schemeOptions, type SchemeOption } from '../view/schemeOptions.js';
import { rowMove } from './gridKeys.js';
import { icon } from './icon.js';
import { popoverStyles } from './popoverStyles.js';
import { shared } from './styles.js';

/** What was picked for the layers that the picker was opened for; `scheme` undefined: back to the suggestion. */
export interface SchemeChoice {
  readonly target: 'weight' | 'activation';
  readonly scheme: string | null | undefined;
}

type Entry =
  { readonly kind: 'scheme'; readonly option: SchemeOption } | { readonly kind: 'back'; readonly target: SchemeChoice['target'] };

/** Rows that Page Up and Page Down go by. */
const PAGE = 10;

/** A list of the schemes that some layers can have, with what each costs and keeps. Events: `pl-scheme`, `pl-picker-close`. */
export class PlSchemePicker extends LitElement {
  static override readonly properties = { layers: { state: true }, planned: { state: true }, at: { state: true } };
  declare private layers: readonly LayerReport[];
  declare private planned: readonly Planned[];
  declare private at: number;

  static override readonly styles = [
    shared,
    popoverStyles,
    css`
      [popover] {
        max-width: calc(100vw - 16px);
        overflow: hidden; /* its list scrolls */
      }
      h2 {
        max-width: 34em;
        overflow: hidden;
        padding: 4px 6px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      #list {
        max-height: min(50vh, 26em);
        outline: none;
        overflow: auto;
      }
      .head,
      .option {
        column-gap: 14px;
        display: grid;
        grid-template-columns: 16px minmax(11em, 1fr) 3em 4.5em 5.5em 5em;
        line-height: 22px;
        padding-inline: 6px;
        white-space: nowrap;
      }
      .head {
        background: var(--vscode-menu-background, var(--vscode-editorWidget-background, var(--vscode-editor-background)));
        color: var(--muted);
        font-size: 0.9em;
        position: sticky;
        top: 0;
      }
      .option {
        border-radius: 3px;
        cursor: pointer;
      }
      .option .figure,
      .head .figure {
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      .option:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .option.at {
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground));
        color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground, inherit));
        outline: 1px solid var(--vscode-menu-selectionBorder, var(--vscode-contrastActiveBorder, transparent));
        outline-offset: -1px;
      }
      .option.at .rest,
      .option.at .muted {
        color: inherit;
      }
      .rest {
        color: var(--muted);
      }
      .back {
        border-top: 1px solid var(--line);
        margin-top: 2px;
      }
      .back span:last-child {
        grid-column: 2 / -1;
      }
      .predicted {
        font-style: italic;
      }
      /* before a run nothing is known of the outputs */
      #list:not(.ran) :is(.head, .option) {
        grid-template-columns: 16px minmax(11em, 1fr) 3em 4.5em 5em;
      }
      #list:not(.ran) .outputs {
        display: none;
      }
      @media (max-width: 480px) {
        .head,
        .option {
          column-gap: 8px;
          grid-template-columns: 16px minmax(8em, 1fr) 2em 3.5em 4em;
        }
        #list:not(.ran) :is(.head, .option) {
          grid-template-columns: 16px minmax(8em, 1fr) 2em 3.5em;
        }
        .bytes {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.layers = [];
    this.planned = [];
    this.at = 0;
  }

  private get popup(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('[popover]')!;
  }

  private get entries(): readonly Entry[] {
    const target = (of: SchemeChoice['target'], part: 'weight' | 'activation'): Entry[] => {
      const options = schemeOptions(this.layers, of).map((option): Entry => ({ kind: 'scheme', option }));
      const changed = this.planned.some(({ chosen }) => chosen.some((one) => partsFor(part).includes(one)));
      return options.length > 0 && changed ? [...options, { kind: 'back', target: of }] : options;
    };
    return [...target('weight', 'weight'), ...target('activation', 'activation')];
  }

  private isCurrent({ target, scheme }: SchemeOption): boolean {
    return this.planned.every((planned) => planned[target] === scheme);
  }

  /** Opens it for some layers beside `anchor`. */
  async open(layers: readonly LayerReport[], planned: readonly Planned[], anchor: DOMRect): Promise<void> {
    this.layers = layers;
    this.planned = planned;
    const { entries } = this;
    if (entries.length === 0) return;
    this.at = Math.max(
      0,
      entries.findIndex((entry) => entry.kind === 'scheme' && this.isCurrent(entry.option)),
    );
    await this.updateComplete;
    const { popup } = this;
    popup.showPopover();
    const { width, height } = popup.getBoundingClientRect();
    const below = anchor.bottom + 2;
    popup.style.left = `${Math.max(8, Math.min(anchor.left, window.innerWidth - width - 8))}px`;
    popup.style.top = `${below + height + 8 <= window.innerHeight ? below : Math.max(8, anchor.top - height - 2)}px`;
    this.renderRoot.querySelector<HTMLElement>('#list')!.focus();
    this.reveal();
  }

  private reveal(): void {
    this.renderRoot.querySelector(`#option-${this.at}`)?.scrollIntoView({ block: 'nearest' });
  }

  private pick(entry: Entry): void {
    const detail: SchemeChoice =
      entry.kind === 'back' ? { target: entry.target, scheme: undefined } : { target: entry.option.target, scheme: entry.option.scheme };
    this.popup.hidePopover();
    this.dispatchEvent(new CustomEvent('pl-scheme', { detail }));
  }

  private readonly key = (event: KeyboardEvent): void => {
    const { entries } = this;
    if (event.key === 'Enter' || event.key === ' ') this.pick(entries[this.at]);
    else if (event.key === 'Tab') this.popup.hidePopover();
    else {
      const to = rowMove(event.key, this.at, PAGE, entries.length);
      if (to === undefined) return;
      this.at = Math.max(0, Math.min(entries.length - 1, to));
      void this.updateComplete.then(() => this.reveal());
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly toggled = (event: ToggleEvent): void => {
    if (event.newState === 'closed') this.dispatchEvent(new CustomEvent('pl-picker-close'));
  };

  private option(option: SchemeOption, position: number): TemplateResult {
    const { scheme, bits, sqnrDb, effect, bytes, suggested } = option;
    const [format, ...rest] = (scheme ?? t('float, as it is')).split('/');
    const current = this.isCurrent(option);
    return html`<div
      role="option"
      id="option-${position}"
      class="option ${position === this.at ? 'at' : ''}"
      aria-selected=${current}
      @click=${() => this.pick({ kind: 'scheme', option })}
      @pointermove=${() => (this.at = position)}
    >
      <span>${current ? icon('check') : nothing}</span
      ><span
        ><strong>${format}</strong
        ><span class="rest">${rest.map((part) => `/${part}`).join('')}</span
        >${suggested ? html` <span class="muted">${t('suggested')}</span>` : nothing}</span
      ><span class="figure"><span class="visually-hidden">${t('{0} bits', bits)}</span><span aria-hidden="true">${bits}</span></span
      ><span class="figure">${sqnrDb === undefined ? dash : t('{0} dB', formatDb(sqnrDb))}</span
      ><span class="figure outputs ${effect?.how ?? ''}"
        >${effect ? html`<span class="visually-hidden">${t('At outputs')}</span>${t('{0} dB', effectText(effect))}` : nothing}</span
      ><span class="figure bytes">${bytes === null ? nothing : formatBytes(bytes)}</span>
    </div>`;
  }

  private heading(): string {
    const { layers } = this;
    return layers.length === 1 ? t('Scheme of {0}', displayName(layers[0].name, 80)) : t('Scheme of {0} layers', layers.length);
  }

  protected override render() {
    const { entries } = this;
    const ran = entries.some((entry) => entry.kind === 'scheme' && entry.option.effect !== undefined);
    const heads = (target: SchemeChoice['target']) =>
      html`<div class="head" role="presentation" aria-hidden="true">
        <span></span><span>${target === 'weight' ? t('Weight') : t('What it takes in')}</span><span class="figure">${t('Bits')}</span
        ><span class="figure">${t('SQNR')}</span><span class="figure outputs">${t('At outputs')}</span
        ><span class="figure bytes">${target === 'weight' ? t('Size') : nothing}</span>
      </div>`;
    const targetOf = (entry: Entry) => (entry.kind === 'back' ? entry.target : entry.option.target);
    return html`<div popover @toggle=${this.toggled}>
      <h2 id="heading"><bdi>${this.heading()}</bdi></h2>
      <div
        id="list"
        class=${ran ? 'ran' : ''}
        role="listbox"
        tabindex="0"
        aria-labelledby="heading"
        aria-activedescendant="option-${this.at}"
        @keydown=${this.key}
      >
        ${entries.map((entry, i) => {
          const target = targetOf(entry);
          const first = i === 0 || targetOf(entries[i - 1]) !== target;
          return html`${first ? heads(target) : nothing}${
            entry.kind === 'scheme'
              ? this.option(entry.option, i)
              : html`<div
                  role="option"
                  id="option-${i}"
                  class="option back ${i === this.at ? 'at' : ''}"
                  aria-selected="false"
                  @click=${() => this.pick(entry)}
                  @pointermove=${() => (this.at = i)}
                >
                  <span>${icon('discard')}</span><span>${t('Back to the suggestion')}</span>
                </div>`
          }`;
        })}
      </div>
    </div>`;
  }
}

customElements.define('pl-scheme-picker', PlSchemePicker);
