/** Small charts as SVG, on a ground of their own so that they can be read on light and on dark pages. */

const STYLE = `
.ground{fill:#fff}text{fill:#24292f;font:12px system-ui,sans-serif}.title{font-weight:600}.small{font-size:11px}
.grid{stroke:#d0d7de;fill:none}.axis{stroke:#57606a;fill:none}.reference{stroke:#57606a;stroke-dasharray:2 3;fill:none}
.a{stroke:#0550ae;fill:none}.b{stroke:#953800;fill:none}.c{stroke:#116329;fill:none}.d{stroke:#6639ba;fill:none}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.grid{stroke:#30363d}.axis,.reference{stroke:#9198a1}
.a{stroke:#79c0ff}.b{stroke:#ffa657}.c{stroke:#7ee787}.d{stroke:#d2a8ff}}`.replaceAll('\n', '');

/** Colours alone tell nothing to some: lines also differ in their dashes and dots in their shape. */
const KINDS = [
  { name: 'a', dash: '' },
  { name: 'b', dash: '7 3' },
  { name: 'c', dash: '2 2' },
  { name: 'd', dash: '9 3 2 3' },
] as const;

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly label: string;
}

export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

export interface Chart {
  /** Read out in place of the picture. */
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly x: Scale;
  readonly y: Scale;
  readonly kind: 'lines' | 'dots';
  /** A line across: a height, or the diagonal. */
  readonly reference: { readonly label: string; readonly at: number | 'diagonal' };
}

const WIDTH = 280;
const HEIGHT = 190;
const LEFT = 46;
const TOP = 34;
const BOTTOM = 40;
const GAP = 34;
const COLUMNS = 3;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const round = (value: number): string => String(Math.round(value * 10) / 10);

const ticks = ({ min, max, step }: Scale): readonly number[] =>
  Array.from({ length: Math.floor((max - min) / step + 1e-9) + 1 }, (_, i) => min + i * step);

export function svg({ description, panels, x, y, kind, reference }: Chart): string {
  const columns = Math.min(COLUMNS, panels.length);
  const width = LEFT + columns * (WIDTH + GAP);
  const rowHeight = TOP + HEIGHT + BOTTOM;
  const height = Math.ceil(panels.length / columns) * rowHeight;
  const parts = panels.map((panel, index) => {
    const left = LEFT + (index % columns) * (WIDTH + GAP);
    const top = TOP + Math.floor(index / columns) * rowHeight;
    const atX = (value: number): number => left + ((value - x.min) / (x.max - x.min)) * WIDTH;
    const atY = (value: number): number => top + HEIGHT - ((value - y.min) / (y.max - y.min)) * HEIGHT;
    const inside = ([px, py]: readonly [number, number]): readonly [number, number] => [
      Math.min(x.max, Math.max(x.min, px)),
      Math.min(y.max, Math.max(y.min, py)),
    ];
    const at = (point: readonly [number, number]): string =>
      inside(point)
        .map((value, i) => round([atX, atY][i](value)))
        .join(' ');
    const line =
      reference.at === 'diagonal'
        ? `M${at([Math.max(x.min, y.min), Math.max(x.min, y.min)])}L${at([Math.min(x.max, y.max), Math.min(x.max, y.max)])}`
        : `M${at([x.min, reference.at])}L${at([x.max, reference.at])}`;
    return [
      `<text class="title" x="${left}" y="${top - 14}">${escape(panel.title)}</text>`,
      ...ticks(y).map((value) => `<path class="grid" d="M${left} ${round(atY(value))}h${WIDTH}"/>`),
      ...(index % columns === 0
        ? ticks(y).map((value) => `<text class="small" text-anchor="end" x="${left - 6}" y="${round(atY(value) + 4)}">${value}</text>`)
        : []),
      ...ticks(x).map(
        (value) => `<text class="small" text-anchor="middle" x="${round(atX(value))}" y="${top + HEIGHT + 16}">${value}</text>`,
      ),
      `<path class="axis" d="M${left} ${top}v${HEIGHT}h${WIDTH}"/>`,
      `<path class="reference" d="${line}"/>`,
      ...panel.series.flatMap((series, i) => drawn(series, i, kind, at)),
      ...(panel.series.length > 1 ? legend(panel.series, kind, left + WIDTH, top + HEIGHT) : []),
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(description)}</title><style>${STYLE}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...parts,
    `<text class="small" text-anchor="middle" x="${round(LEFT + (width - LEFT) / 2)}" y="${height - 6}">${escape(x.label)}</text>`,
    `<text class="small" transform="translate(12 ${height / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`,
    `<text class="small" text-anchor="end" x="${width - GAP}" y="${TOP - 14}">dotted: ${escape(reference.label)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawn(
  { points }: Series,
  index: number,
  kind: Chart['kind'],
  at: (point: readonly [number, number]) => string,
): readonly string[] {
  const { name, dash } = KINDS[index % KINDS.length];
  const dots = `<path class="${name}" stroke-width="${kind === 'dots' ? 3 : 5}" stroke-linecap="round" ${kind === 'dots' ? 'opacity=".6" ' : ''}d="${points.map((point) => `M${at(point)}h0`).join('')}"/>`;
  if (kind === 'dots') return [dots];
  const stroke = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return [`<path class="${name}" stroke-width="2"${stroke} d="M${points.map(at).join('L')}"/>`, dots];
}

/** In the corner at the bottom right, where curves that rise leave room. */
function legend(series: readonly Series[], kind: Chart['kind'], right: number, bottom: number): readonly string[] {
  return series.flatMap(({ label }, i) => {
    const y = bottom - 12 - (series.length - 1 - i) * 16;
    const { name, dash } = KINDS[i % KINDS.length];
    const stroke = dash === '' || kind === 'dots' ? '' : ` stroke-dasharray="${dash}"`;
    const mark =
      kind === 'dots'
        ? `<path class="${name}" stroke-width="6" stroke-linecap="round" d="M${right - 20} ${y - 4}h0"/>`
        : `<path class="${name}" stroke-width="2"${stroke} d="M${right - 34} ${y - 4}h28"/>`;
    return [mark, `<text class="small" text-anchor="end" x="${right - 40}" y="${y}">${escape(label)}</text>`];
  });
}
