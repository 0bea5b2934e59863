import { css, html, LitElement, type PropertyValues } from 'lit';
import { changed as changedChoice, undecided, type LayerChoice } from '../../../src/report/choices.js';
import type { ClipStudy } from '../../../src/report/clipStudy.js';
import type { LayerHistogram, LayerReport, ValueStats } from '../../../src/report/types.js';
import type { StudyMethods } from '../../../src/rpc/study.js';
import type { ClipMove } from '../charts/clipHandles.js';
import type { LayerStudy } from '../study.js';
import { formatCount, formatInterval, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { nameInText } from '../text/names.js';
import { methodLanes } from '../view/clipMethods.js';
import { alike, limitsFor } from '../view/clipRange.js';
import type { ClipMark } from '../view/histogram.js';
import { latest } from '../view/latest.js';
import { plannedInput } from '../view/planned.js';
import { schemeParts } from '../view/schemes.js';
import { ClipAnswer } from './clipAnswer.js';
import './clipEditor.js';
import { controlStyles, picker } from './controls.js';
import { editPlan } from './editPlan.js';
import { logScaleBox } from './logScaleBox.js';
import { shared } from './styles.js';
import type { ClipsFound } from './weightClip.js';

type Side = 'input' | 'output';

/** What was found out about clip ranges of the values. */
export interface ValueClipsFound extends ClipsFound {
  readonly side: Side;
  /** Said while there is nothing, or where there is none. */
  readonly placeholder: string;
}

/** Equal bins as a histogram with edges. */
function asHistogram({ histogram }: ValueStats): LayerHistogram | null {
  if (!histogram) return null;
  const { lo, hi, counts } = histogram;
  return {
    edges: Float64Array.from({ length: counts.length + 1 }, (_, i) => lo + ((hi - lo) * i) / counts.length),
    counts: Float64Array.from(counts),
  };
}

/**
 * The values that a layer takes in or gives, with a clip range that the user may move; that of the input becomes part of the plan when it is taken over. Events: `pl-edit`,
 * `pl-log-scale`, `pl-clips` with `ValueClipsFound`.
 */
export class PlValueClip extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    index: { attribute: false },
    choice: { attribute: false },
    activation: { attribute: false },
    study: { attribute: false },
    logScale: { attribute: false },
    side: { state: true },
    format: { state: true },
    range: { state: true },
    clips: { state: true },
    trouble: { state: true },
  };
  declare layer: LayerReport;
  declare index: number;
  /** What the user decided of the layer. */
  declare choice: LayerChoice | undefined;
  /** Scheme that the user's plan gives the input; null: none. */
  declare activation: string | null;
  declare study: LayerStudy;
  declare logScale: boolean;
  declare private side: Side;
  /** Of the values; that of the plan, or the first one measured, when null. */
  declare private format: string | null;
  /** The user's; null while it is the full one. */
  declare private range: ClipMark | null;
  /** Undefined while it is not known; null where no range can be chosen. */
  declare private clips: ClipStudy | null | undefined;
  /** Why it is not, in one line. */
  declare private trouble: string | null;

  static override readonly styles = [
    shared,
    controlStyles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  private readonly answer = new ClipAnswer<StudyMethods['valueError']['params']>(this, (question, signal) =>
    this.study('valueError', question, signal),
  );
  private readonly studies = latest(
    (question: StudyMethods['valueClips']['params'], signal) => this.study('valueClips', question, signal),
    (clips) => (this.clips = clips),
    (error) => (this.trouble = error.message),
  );
  private histogram: LayerHistogram | null = null;
  private formatBefore: string | null = null;
  private plannedBefore: ClipMark | null = null;
  private shownStats: ValueStats | null = null;

  constructor() {
    super();
    this.activation = null;
    this.side = 'input';
    this.format = null;
    this.range = null;
    this.clips = undefined;
    this.trouble = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.studies.stop();
  }

  private get stats(): ValueStats | null {
    const { activationStats } = this.layer;
    return activationStats?.[this.side] ?? null;
  }

  private get formats(): readonly string[] {
    return [...new Set((this.stats?.clips ?? []).map(({ scheme }) => schemeParts(scheme).format))];
  }

  private get chosenFormat(): string {
    const planned = this.activation === null ? null : schemeParts(this.activation).format;
    return this.format ?? planned ?? this.formats[0] ?? 'uint8';
  }

  private get full(): ClipMark {
    const { stats } = this;
    return { lo: Math.min(0, stats?.min ?? 0), hi: Math.max(0, stats?.max ?? 0) };
  }

  private get planned(): ClipMark | null {
    return this.side === 'input' ? plannedInput(this.stats, this.choice, this.activation) : null;
  }

  private ask(follow = false): void {
    const { index, side: value, range, full, chosenFormat } = this;
    if (!this.stats) return;
    this.answer.ask({ index, value, scheme: `${chosenFormat}/tensor/minmax`, clip: range ?? full }, follow);
  }

  /** Asks for the error over clip ranges. @param fresh what is known is of something else */
  private load(fresh: boolean): void {
    const { index, side: value, chosenFormat } = this;
    this.trouble = null;
    // the old picture must not stand under the new name
    if (fresh) this.clips = undefined;
    if (this.stats) this.studies.ask({ index, value, scheme: `${chosenFormat}/tensor/minmax` });
    else this.studies.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('index')) this.format = null;
    const { stats } = this;
    const other = changed.has('index') || changed.has('side');
    const { planned } = this;
    const plannedMoved = !alike(this.plannedBefore, planned);
    this.plannedBefore = planned;
    if (other || plannedMoved) this.range = this.planned;
    if (other) this.answer.clear();
    if (stats !== this.shownStats) this.histogram = stats && asHistogram(stats);
    if (other || plannedMoved || changed.has('format') || changed.has('activation') || stats !== this.shownStats) this.ask();
    const { chosenFormat } = this;
    const fresh = other || chosenFormat !== this.formatBefore;
    if (fresh || stats !== this.shownStats) this.load(fresh);
    this.formatBefore = chosenFormat;
    this.shownStats = stats;
  }

  private placeholder(): string {
    if (!this.stats) return t('No values were seen.');
    return this.trouble ?? (this.clips === null ? t('This format has no clip range to choose.') : t('Loading…'));
  }

  protected override updated(changed: PropertyValues): void {
    if (!['layer', 'side', 'clips', 'range', 'trouble'].some((key) => changed.has(key))) return;
    const { clips, range, full, side } = this;
    const detail: ValueClipsFound = { clips: clips ?? null, range: range ?? full, full, side, placeholder: this.placeholder() };
    this.dispatchEvent(new CustomEvent('pl-clips', { detail }));
  }

  private readonly move = ({ detail: { range, done } }: CustomEvent<ClipMove>): void => {
    this.range = range;
    this.ask(!done);
  };

  private readonly takeLane = ({ detail }: CustomEvent<number>): void => {
    this.range = this.lanes[detail].clip;
    this.ask();
  };

  private readonly apply = (): void => {
    const { layer, range, stats, chosenFormat } = this;
    if (!range || !stats) return;
    const choice = changedChoice(this.choice ? [this.choice] : [], layer.name, {
      activation: `${chosenFormat}/tensor/minmax`,
      taken: { input: stats.value, clip: { lo: range.lo, hi: range.hi } },
    });
    editPlan(this, t('Input range of {0}', nameInText(layer.name)), [choice]);
  };

  private readonly reset = (): void => {
    const { layer, choice, planned } = this;
    this.range = null;
    this.ask();
    if (choice && planned)
      editPlan(this, t('Suggested input range of {0}', nameInText(layer.name)), [undecided([choice], layer.name, ['activation'])]);
  };

  private get lanes() {
    const { stats, chosenFormat, range, full, clips } = this;
    const seen = (stats?.clips ?? []).filter(({ scheme }) => schemeParts(scheme).format === chosenFormat);
    return methodLanes(clips?.methods ?? seen, range ?? full);
  }

  private reading(stats: ValueStats): string {
    const zeros = stats.count > 0 ? stats.zeros / stats.count : 0;
    const span = t('{0} values from {1}', formatCount(stats.elements), formatInterval({ lo: stats.min, hi: stats.max }));
    return zeros >= 0.005 ? t('{0}; {1} of them are zero.', span, formatShare(zeros)) : t('{0}.', span);
  }

  protected override render() {
    const { layer, side, stats, range, planned, full } = this;
    const sides = (['input', 'output'] as const).filter((id) => layer.activationStats?.[id]);
    const labels = { input: t('Input'), output: t('Output') };
    const mine = side === 'input' && range !== null && !alike(range, planned);
    return html`<pl-clip-editor
      .heading=${side === 'input' ? t('Input and clip range') : t('Output and clip range')}
      .term=${'clip'}
      .reading=${stats ? this.reading(stats) : ''}
      .file=${`${layer.name} ${labels[side]}`}
      .of=${'values'}
      .placeholder=${t('No values were seen.')}
      .histogram=${this.histogram}
      .limits=${limitsFor(stats?.min ?? 0, stats?.max ?? 0, !this.chosenFormat.startsWith('u'))}
      .range=${range ?? full}
      .typical=${null}
      .movable=${stats !== null}
      .lanes=${this.lanes}
      .lanesCaption=${t('Clip ranges that methods choose')}
      .error=${this.answer.error}
      .failure=${this.answer.failure}
      .reference=${undefined}
      .applyLabel=${mine ? t('Use this range') : null}
      .resettable=${range !== null}
      .logScale=${this.logScale}
      @pl-clip=${this.move}
      @pl-lane=${this.takeLane}
      @pl-apply=${this.apply}
      @pl-reset=${this.reset}
    >
      ${
        sides.length > 1
          ? html`<span slot="controls"
              >${picker(
                t('Of'),
                sides.map((id) => ({ id, label: labels[id] })),
                side,
                (id) => (this.side = id as Side),
              )}</span
            >`
          : ''
      }
      ${
        this.formats.length > 1
          ? html`<span slot="controls"
              >${picker(
                t('As'),
                this.formats.map((id) => ({ id, label: id })),
                this.chosenFormat,
                (id) => (this.format = id),
              )}</span
            >`
          : ''
      }
      ${logScaleBox(this, this.logScale)}
    </pl-clip-editor>`;
  }
}

customElements.define('pl-value-clip', PlValueClip);
