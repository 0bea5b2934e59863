import { css, html, LitElement, type PropertyValues } from 'lit';
import { changed as changedChoice, undecided, type LayerChoice } from '../../../src/report/choices.js';
import type { ClipStudy } from '../../../src/report/clipStudy.js';
import type { LayerHistogram, LayerReport } from '../../../src/report/types.js';
import type { StudyMethods } from '../../../src/rpc/study.js';
import type { ClipMove } from '../charts/clipHandles.js';
import type { LayerStudy } from '../study.js';
import { formatInterval } from '../text/format.js';
import { t } from '../text/l10n.js';
import { nameInText } from '../text/names.js';
import { methodLanes, type ClipLane } from '../view/clipMethods.js';
import { alike, limitsFor, within } from '../view/clipRange.js';
import { binsFor, histogramReading, typicalClip, type ClipMark } from '../view/histogram.js';
import { latest } from '../view/latest.js';
import type { Planned } from '../view/planned.js';
import { familyLabel, schemeParts } from '../view/schemes.js';
import { channelInput, channelInputStyles } from './channelInput.js';
import { ClipAnswer } from './clipAnswer.js';
import './clipEditor.js';
import { controlStyles } from './controls.js';
import { editPlan } from './editPlan.js';
import { logScaleBox } from './logScaleBox.js';
import { shared } from './styles.js';

/** What was found out about clip ranges, the range being looked at and that of the values. */
export interface ClipsFound {
  readonly clips: ClipStudy | null;
  readonly range: ClipMark | null;
  readonly full: ClipMark;
}

type ErrorQuestion = StudyMethods['weightError']['params'];

/**
 * The weights of a layer, all of them or one channel, under the scheme of the user's plan, with a clip range that the user may move. It becomes part of the plan when it is taken over.
 * Events: `pl-edit`, `pl-log-scale`, `pl-clips` with `ClipsFound`.
 */
export class PlWeightClip extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    index: { attribute: false },
    choice: { attribute: false },
    planned: { attribute: false },
    study: { attribute: false },
    fetchHistogram: { attribute: false },
    missing: { attribute: false },
    logScale: { attribute: false },
    channel: { state: true },
    histogram: { state: true },
    clips: { state: true },
    range: { state: true },
    trouble: { state: true },
  };
  declare layer: LayerReport;
  declare index: number;
  /** What the user decided of the layer. */
  declare choice: LayerChoice | undefined;
  /** What the user's plan gives the layer. */
  declare planned: Planned;
  declare study: LayerStudy;
  declare fetchHistogram: (index: number, bins: number) => Promise<LayerHistogram>;
  /** Said where there are no figures. */
  declare missing: string;
  declare logScale: boolean;
  /** Null: all of them. */
  declare private channel: number | null;
  declare private histogram: LayerHistogram | null;
  /** Undefined while it is not known; null where no range can be chosen. */
  declare private clips: ClipStudy | null | undefined;
  /** The user's; null while it is the scheme's own. */
  declare private range: ClipMark | null;
  declare private trouble: string | null;

  static override readonly styles = [
    shared,
    controlStyles,
    channelInputStyles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  private readonly histograms = latest(
    ({ index, channel }: { readonly index: number; readonly channel: number | null }, signal) =>
      channel === null
        ? this.fetchHistogram(index, binsFor(this.layer.parameters))
        : this.study('channelHistogram', { index, channel, bins: binsFor(this.layer.parameters / this.channels) }, signal),
    (histogram) => (this.histogram = histogram),
    (error) => (this.trouble = error.message),
  );
  private readonly studies = latest(
    (question: StudyMethods['clipStudy']['params'], signal) => this.study('clipStudy', question, signal),
    (clips) => (this.clips = clips),
    () => (this.clips = null),
  );
  private readonly answer = new ClipAnswer<ErrorQuestion>(this, (question, signal) => this.study('weightError', question, signal));

  constructor() {
    super();
    this.channel = null;
    this.histogram = null;
    this.clips = undefined;
    this.range = null;
    this.trouble = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.histograms.stop();
    this.studies.stop();
  }

  /** Channels of the weight; 1 where it has none. */
  private get channels(): number {
    const { channelAxis, shape } = this.layer;
    return channelAxis === null ? 1 : shape[channelAxis];
  }

  /** Null where the weight stays as it is. */
  private get scheme(): string | null {
    return this.planned.weight;
  }

  /** Where the range of the scheme itself lies: of all channels the widest, or that of the channel looked at. */
  private get own(): ClipMark | null {
    const { scheme, channel, layer } = this;
    const known = layer.errors.find((error) => error.target === 'weight' && error.scheme === scheme);
    const ofChannel = channel === null ? undefined : known?.clips?.[channel];
    if (ofChannel) return { lo: ofChannel[0], hi: ofChannel[1] };
    // not every scheme is in the report, nor the ranges of every channel
    return channel === null && known ? known.clip : (this.answer.error?.clip ?? known?.clip ?? null);
  }

  /** The smallest and the largest value of what is looked at. */
  private get ends(): ClipMark {
    const { channel, histogram, layer } = this;
    const edges = channel === null ? [] : (histogram?.edges ?? []);
    return edges.length > 0
      ? { lo: edges[0], hi: edges[edges.length - 1] }
      : { lo: layer.weightStats?.min ?? 0, hi: layer.weightStats?.max ?? 0 };
  }

  private ask(range: ClipMark | null, exact: boolean, follow = false): void {
    const { scheme, index, channel } = this;
    if (scheme === null) return;
    this.answer.ask({ index, scheme, clip: range, channel, exact }, follow);
  }

  /** Everything about another layer, channel or scheme. */
  private load(fresh: boolean): void {
    const { index, channel, scheme, layer } = this;
    this.trouble = null;
    if (fresh) {
      // the old picture must not stand under the new name
      this.histogram = null;
      this.clips = undefined;
    }
    this.answer.clear();
    if (layer.weightStats === null) return;
    this.histograms.ask({ index, channel });
    if (scheme === null) {
      this.studies.stop();
      this.clips = null;
      return;
    }
    this.studies.ask({ index, channel, scheme });
    this.ask(this.range, true);
  }

  private schemeBefore: string | null = null;
  /** The error that `pl-clips` was sent with. */
  private toldOf: ClipAnswer<ErrorQuestion>['error'] = null;

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('layer') as LayerReport | undefined;
    const other = changed.has('index') || (changed.has('layer') && (before?.weightStats === null) !== (this.layer.weightStats === null));
    if (other) this.channel = null;
    const { scheme } = this;
    const clipBefore = (changed.get('choice') as LayerChoice | undefined)?.weightClip ?? null;
    const clipNow = this.choice?.weightClip ?? null;
    const moved = changed.has('choice') && !alike(clipBefore, clipNow);
    if (other || moved || scheme !== this.schemeBefore) this.range = clipNow;
    if (other || changed.has('channel') || scheme !== this.schemeBefore) this.load(other);
    else if (moved) this.ask(this.range, true);
    this.schemeBefore = scheme;
  }

  protected override updated(changed: PropertyValues): void {
    const { error } = this.answer;
    if (error === this.toldOf && !['clips', 'range', 'channel', 'histogram'].some((key) => changed.has(key))) return;
    this.toldOf = error;
    this.dispatchEvent(
      new CustomEvent('pl-clips', {
        detail: { clips: this.clips ?? null, range: this.range ?? this.own, full: this.ends } satisfies ClipsFound,
      }),
    );
  }

  private readonly move = ({ detail: { range, done } }: CustomEvent<ClipMove>): void => {
    this.range = range;
    this.ask(range, done, !done);
  };

  private readonly takeLane = ({ detail }: CustomEvent<number>): void => {
    const lane = this.lanes[detail];
    this.range = lane.own ? null : lane.clip;
    this.ask(this.range, true);
  };

  private readonly apply = (): void => {
    const { layer, range } = this;
    if (!range) return;
    const choice = changedChoice(this.choice ? [this.choice] : [], layer.name, { weightClip: range });
    editPlan(this, t('Clip range of {0}', nameInText(layer.name)), [choice]);
  };

  private readonly reset = (): void => {
    const { layer, choice } = this;
    this.range = null;
    this.ask(null, true);
    if (choice?.weightClip)
      editPlan(this, t('Suggested clip range of {0}', nameInText(layer.name)), [undecided([choice], layer.name, ['weightClip'])]);
  };

  /** The scheme's own range first, then what every method chooses. */
  private get lanes(): readonly (ClipLane & { readonly own?: boolean })[] {
    const { scheme, range, own, layer, clips, channel } = this;
    if (scheme === null || !clips || !own) return [];
    const parts = schemeParts(scheme);
    const each = channel === null && parts.granularity !== 'tensor';
    const typical = each && scheme === layer.advice?.scheme ? typicalClip(layer) : null;
    const known = layer.errors.find((error) => error.target === 'weight' && error.scheme === scheme);
    const first = {
      name: scheme === layer.advice?.scheme ? t('suggested') : t('as chosen'),
      title: t('{0}: {1}', scheme, familyLabel(parts)),
      clip: own,
      ...(typical ? { typical } : {}),
      sqnrDb: channel === null ? known?.sqnrDb : range === null ? this.answer.error?.sqnrDb : undefined,
      chosen: range === null,
      own: true,
    };
    return [first, ...methodLanes(clips.methods, range)];
  }

  private reading(): string {
    const { layer, range, choice, scheme, channel } = this;
    if (scheme === null) return t('The weights stay as they are stored; nothing is clipped.');
    if (channel !== null) return t('Channel {0} of {1}. A range of your own is for all channels.', channel, this.channels);
    if (choice?.weightClip && alike(range, choice.weightClip))
      return t('Your plan clips these weights to {0} for all channels.', formatInterval(choice.weightClip));
    return scheme === layer.advice?.scheme ? histogramReading(layer) : t('Your plan quantizes these weights as {0}.', scheme);
  }

  protected override render() {
    const { layer, range, own, clips, choice, channel, histogram, ends } = this;
    const stats = layer.weightStats;
    // symmetric until it is known: most schemes are, and the axis had better stand still
    const limits = limitsFor(ends.lo, ends.hi, clips?.symmetric ?? !this.scheme?.startsWith('u'));
    const shown = range ?? own;
    const mine = range !== null && !alike(range, choice?.weightClip ?? null);
    const known = layer.errors.find((error) => error.target === 'weight' && error.scheme === this.scheme);
    return html`<pl-clip-editor
      .heading=${t('Weights and clip range')}
      .term=${'clip'}
      .reading=${this.reading()}
      .file=${`${layer.name} ${t('weights')}`}
      .of=${'weights'}
      .placeholder=${this.trouble ?? (stats ? t('Loading…') : this.missing)}
      .histogram=${histogram}
      .limits=${limits}
      .range=${shown && (range !== null || channel === null) ? shown : shown && within(shown, limits)}
      .typical=${range === null && channel === null && this.scheme === layer.advice?.scheme ? typicalClip(layer) : null}
      .movable=${clips !== null && this.scheme !== null}
      .lanes=${this.lanes}
      .lanesCaption=${t('Clip ranges that methods choose')}
      .error=${this.answer.error}
      .failure=${this.answer.failure}
      .reference=${channel === null && range !== null ? known?.sqnrDb : undefined}
      .applyLabel=${mine ? t('Use this range') : null}
      .resettable=${range !== null || choice?.weightClip !== undefined}
      .logScale=${this.logScale}
      @pl-clip=${this.move}
      @pl-lane=${this.takeLane}
      @pl-apply=${this.apply}
      @pl-reset=${this.reset}
    >
      ${this.channels > 1 ? channelInput(this.channels, channel, (chosen) => (this.channel = chosen)) : ''}
      ${logScaleBox(this, this.logScale)}
    </pl-clip-editor>`;
  }
}

customElements.define('pl-weight-clip', PlWeightClip);
