import { css, html, LitElement, nothing, svg } from 'lit';
import type { ClipError } from '../../../src/report/clipStudy.js';
import { dash, formatDb, formatInterval, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { Term } from '../text/terms.js';
import { displayName } from '../text/names.js';
import { icon } from './icon.js';
import { shared } from './styles.js';
import './term.js';

/** What a clip range does, in figures that stand still while they change. */
export class PlClipReadout extends LitElement {
  static override readonly properties = {
    error: { attribute: false },
    failure: { attribute: false },
    of: { attribute: false },
    reference: { attribute: false },
  };
  /** Null while it is not known. */
  declare error: ClipError | null;
  /** Why it never will be, in one line. */
  declare failure: string | null;
  declare of: 'weights' | 'values';
  /** What the suggestion keeps, dB, to compare with; undefined where there is nothing to compare. */
  declare reference: number | null | undefined;

  constructor() {
    super();
    this.failure = null;
  }

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      dl {
        display: grid;
        gap: 4px 16px;
        grid-template-columns: repeat(auto-fit, minmax(7em, 1fr));
      }
      dt {
        color: var(--muted);
        font-size: 0.87em;
      }
      dd {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
        min-height: 1.4em;
        white-space: nowrap;
      }
      dd small {
        color: var(--muted);
        font-size: 0.87em;
        font-weight: normal;
      }
      .how {
        color: var(--muted);
        font-size: 0.87em;
        margin-top: 4px;
        min-height: 1.4em;
      }
      .failure {
        line-height: 1.45;
        overflow-wrap: anywhere;
      }
      svg {
        display: block;
        height: 6px;
        margin-block: 6px 2px;
        width: 100%;
      }
      .rounding {
        fill: var(--vscode-charts-blue);
      }
      .saturation {
        fill: var(--vscode-charts-red);
      }
    `,
  ];

  private difference(): string {
    const { error, reference } = this;
    if (!error || error.sqnrDb === null || reference === undefined || reference === null) return '';
    const by = error.sqnrDb - reference;
    if (Math.abs(by) < 0.05) return t('as suggested');
    const size = formatDb(Math.abs(by));
    return by < 0 ? t('−{0} dB', size) : t('+{0} dB', size);
  }

  protected override render() {
    const { error, failure, of } = this;
    if (error === null && failure !== null)
      return html`<p class="failure" role="status">
        ${icon('warning', 'warning')} ${t('What this range does is not known: {0}', displayName(failure, 300))}
      </p>`;
    const parts = error && error.granularMse !== null && error.overloadMse !== null && error.mse > 0;
    const rounding = parts ? error.granularMse / (error.granularMse + error.overloadMse) : null;
    const row = (term: Term, label: string, value: string, more = '') =>
      html`<div>
        <dt><pl-term .term=${term}>${label}</pl-term></dt>
        <dd>${value} ${more ? html`<small>${more}</small>` : nothing}</dd>
      </div>`;
    const share = (part: number | null) => (error === null ? '…' : part === null ? dash : formatShare(part));
    return html`<div class="readout">
      <dl>
        ${row('sqnr', t('SQNR'), error ? t('{0} dB', formatDb(error.sqnrDb)) : '…', this.difference())}
        ${row('granular', t('Rounding'), share(rounding))}
        ${row('overload', t('Saturation'), share(rounding === null ? null : 1 - rounding))}
        ${row('clipped', t('Clipped'), error ? formatShare(error.clippedFraction) : '…')}
      </dl>
      <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 1000 6">
        ${
          rounding === null
            ? nothing
            : svg`<rect class="rounding" x="0" y="0" width=${1000 * rounding} height="6" />
                <rect class="saturation" x=${1000 * rounding} y="1.5" width=${1000 * (1 - rounding)} height="3" />`
        }
      </svg>
      <p class="how">
        ${
          error === null
            ? nothing
            : error.how === 'exact'
              ? t('{0}: measured on every weight.', formatInterval(error.clip))
              : of === 'weights'
                ? t('{0}: estimated from the distribution.', formatInterval(error.clip))
                : t('{0}: estimated from the distribution of the samples.', formatInterval(error.clip))
        }
      </p>
    </div>`;
  }
}

customElements.define('pl-clip-readout', PlClipReadout);
