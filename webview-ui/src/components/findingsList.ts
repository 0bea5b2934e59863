import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Transform } from '../../../src/report/plan.js';
import type { Finding, Remedy } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { causeWord, gainText, gainTitle, targetWord } from '../view/causes.js';
import { foundText, remedyText } from '../view/findingText.js';
import { isSameTransform, isSchemeRemedy, transformOf, withRemedy, type SchemeRemedy, type TransformChange } from '../view/remedy.js';
import { applyWords, transformWords } from '../view/transformWords.js';
import { nameInText } from '../text/names.js';
import type { Planned } from '../view/planned.js';
import { causeIcon } from './causeIcon.js';
import { icon } from './icon.js';
import type { SchemeChoice } from './schemePicker.js';
import { shared } from './styles.js';

/**
 * What makes one layer hard to quantize, what to do about it, and what that gains. Events, which bubble: `pl-apply` with the scheme of a remedy, `pl-transform` with another
 * remedy that is to be applied or taken back.
 */
export class PlFindingsList extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    findings: { attribute: false },
    planned: { attribute: false },
  };
  /** Its name. */
  declare layer: string;
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
      li > vscode-button,
      .applied {
        grid-column: 2 / -1;
        justify-self: start;
        margin-block: 3px 2px;
      }
      .applied vscode-button {
        margin-inline-start: 8px;
      }
      .planned {
        margin: 0 0 6px;
      }
      .applied .icon {
        margin-inline-end: 4px;
      }
    `,
  ];

  constructor() {
    super();
    this.layer = '';
    this.findings = [];
    this.planned = undefined;
  }

  private change(change: TransformChange): void {
    this.dispatchEvent(new CustomEvent<TransformChange>('pl-transform', { detail: change, bubbles: true, composed: true }));
  }

  /** What is in the plan, with the way back. */
  private applied(words: string, layer: string, transform: Transform): TemplateResult {
    return html`<span class="applied muted"
      >${icon('check')}${words}<vscode-button
        secondary
        aria-label=${t('Take back: {0}', transformWords(transform))}
        @click=${() => this.change({ layer, transform, on: false })}
        >${t('Take back')}</vscode-button
      ></span
    >`;
  }

  /** A button for a remedy that is no scheme, or why there is none. */
  private applyTransform(apply: Exclude<Remedy, SchemeRemedy>, { transforms }: Planned): TemplateResult {
    const transform = transformOf(apply);
    if (!transform)
      return html`<p class="muted">
        ${
          apply.transform === 'own-scales'
            ? t(
                'There is nothing to apply: exported models leave what joins here in float and give every value that is quantized a scale of its own. A tool that quantizes these inputs too has to be told not to let them share one.',
              )
            : t('Run the model again to apply it.')
        }
      </p>`;
    const planned = transforms.find((one) => isSameTransform(one, transform));
    if (planned) return this.applied(t('In your plan'), this.layer, planned);
    return html`<vscode-button
      secondary
      title=${t('Becomes part of your plan, of its runs and of exported models; Undo takes it back.')}
      @click=${() => this.change({ layer: this.layer, transform, on: true })}
      >${applyWords(transform)}</vscode-button
    >`;
  }

  /** What the plan does to this layer that no finding below tells of. */
  private untold({ transforms, equalizedBy }: Planned): readonly TemplateResult[] {
    const told = this.findings.flatMap(({ apply }) => transformOf(apply) ?? []);
    const own = transforms.filter((one) => !told.some((other) => isSameTransform(one, other)));
    const line = (words: string, layer: string, transform: Transform): TemplateResult =>
      html`<p class="planned">${this.applied(t('In your plan: {0}', words), layer, transform)}</p>`;
    return [
      ...(equalizedBy === null
        ? []
        : [line(t('Equalized with {0}', nameInText(equalizedBy)), equalizedBy, { transform: 'equalize', with: this.layer })]),
      ...own.map((one) => line(transformWords(one), this.layer, one)),
    ];
  }

  /** A button for a remedy. */
  private apply({ apply }: Finding): TemplateResult | typeof nothing {
    const { planned } = this;
    if (!planned || !apply) return nothing;
    if (!isSchemeRemedy(apply)) return this.applyTransform(apply, planned);
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
    const untold = this.planned ? this.untold(this.planned) : [];
    if (this.findings.length === 0)
      return html`${untold}
        <p class="muted">${t('Nothing stands out.')}</p>`;
    return html`${untold}
      <ul>
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
