import { html, nothing, svg, type TemplateResult } from 'lit';
import { MINI_BINS, MINI_HEIGHT, miniPlace } from '../view/miniHistogram.js';

/** The picture in a cell: bars, and lines where the clip range ends within them. What it shows stands beside it in words. */
export function miniHistogram(
  path: string,
  range: { readonly min: number; readonly max: number },
  clip: { readonly lo: number; readonly hi: number } | null,
): TemplateResult {
  const ends = clip ? [miniPlace(clip.lo, range.min, range.max), miniPlace(clip.hi, range.min, range.max)] : [];
  return html`<svg class="mini" aria-hidden="true" viewBox="0 0 ${MINI_BINS} ${MINI_HEIGHT}" preserveAspectRatio="none">
    ${svg`<path d=${path} />`} ${ends.map((at) => (at === null ? nothing : svg`<line x1=${at} x2=${at} y1="0" y2=${MINI_HEIGHT} />`))}
  </svg>`;
}
