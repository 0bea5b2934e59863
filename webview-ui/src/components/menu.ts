import { css, html, LitElement, nothing } from 'lit';
import { controlStyles } from './controls.js';
import { icon, type IconName } from './icon.js';
import { popoverStyles } from './popoverStyles.js';
import { shared } from './styles.js';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  /** For an item that is on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly act: () => void;
}

/** A button with a menu: arrows, Home and End walk it, Escape closes it, as menus of VS Code do. */
export class PlMenu extends LitElement {
  static override readonly properties = {
    label: { attribute: false },
    symbol: { attribute: false },
    text: { attribute: false },
    items: { attribute: false },
  };
  /** What the button is called; shown on hover. */
  declare label: string;
  declare symbol: IconName;
  /** Beside the symbol; nothing when left out. */
  declare text: string | undefined;
  declare items: readonly MenuItem[];

  static override readonly styles = [
    shared,
    controlStyles,
    popoverStyles,
    css`
      :host {
        display: inline-block;
      }
      .item {
        align-items: center;
        border-radius: 3px;
        column-gap: 6px;
        cursor: pointer;
        display: flex;
        line-height: 24px;
        min-height: 24px;
        padding-inline: 6px 16px;
        text-align: start;
        white-space: nowrap;
        width: 100%;
      }
      .item:hover,
      .item:focus-visible {
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-hoverBackground));
        color: var(--vscode-menu-selectionForeground, inherit);
        outline: 1px solid var(--vscode-menu-selectionBorder, var(--vscode-contrastActiveBorder, transparent));
        outline-offset: -1px;
      }
      .item[aria-disabled='true'] {
        cursor: default;
        opacity: 0.5;
      }
      .mark {
        flex: none;
        width: 16px;
      }
    `,
  ];

  private get popup(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('[popover]')!;
  }

  private get choices(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
  }

  private readonly place = (event: ToggleEvent): void => {
    if (event.newState !== 'open') return;
    const button = this.getBoundingClientRect();
    const { width, height } = this.popup.getBoundingClientRect();
    const below = button.bottom + 2;
    this.popup.style.left = `${Math.max(8, Math.min(button.right - width, window.innerWidth - width - 8))}px`;
    this.popup.style.top = `${below + height + 8 <= window.innerHeight ? below : Math.max(8, button.top - height - 2)}px`;
    this.choices.at(0)?.focus();
  };

  private readonly key = (event: KeyboardEvent): void => {
    const all = this.choices;
    const at = all.findIndex((item) => item.matches(':focus'));
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Tab') this.popup.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    all[to].focus();
  };

  private pick({ act, disabled }: MenuItem): void {
    if (disabled) return;
    this.popup.hidePopover();
    act();
  }

  protected override render() {
    return html`<button type="button" class="tool" popovertarget="menu" aria-haspopup="menu" title=${this.label} aria-label=${this.label}>
        ${icon(this.symbol)}${this.text === undefined ? nothing : html`<span>${this.text}</span>`}
      </button>
      <div id="menu" popover role="menu" aria-label=${this.label} @toggle=${this.place} @keydown=${this.key}>
        ${this.items.map(
          (item) =>
            html`<button
              type="button"
              class="item"
              role=${item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked=${item.checked ?? nothing}
              aria-disabled=${item.disabled ?? nothing}
              tabindex="-1"
              @click=${() => this.pick(item)}
            >
              <span class="mark">${item.checked ? icon('check') : item.icon ? icon(item.icon) : nothing}</span>${item.label}
            </button>`,
        )}
      </div>`;
  }
}

customElements.define('pl-menu', PlMenu);
