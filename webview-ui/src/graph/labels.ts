/** What boxes are called, and what they are in words. */
import { formatCount } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, nameInText } from '../text/names.js';
import type { Hierarchy } from './hierarchy.js';
import type { Shade, ShadeColumn } from './fill.js';
import type { Visible } from './visible.js';

export interface BoxLabel {
  /** Operator, or name of a module or value. */
  readonly title: string;
  /** What tells it from others with the same title. */
  readonly detail: string;
}

const count = (operators: number): string => (operators === 1 ? t('1 operator') : t('{0} operators', formatCount(operators)));

export function boxLabel({ boxes }: Hierarchy, id: number): BoxLabel {
  const { point, label, part, operators } = boxes[id];
  if (!point) {
    const title = part ? t('Part {0} of {1}', part.number, part.of) : displayName(label, 100);
    return { title, detail: count(operators) };
  }
  if (point.kind === 'input') return { title: displayName(point.name, 100), detail: t('input') };
  if (point.kind === 'output') return { title: displayName(point.name, 100), detail: t('output') };
  return { title: displayName(point.op, 60), detail: displayName(label, 100) };
}

/** The whole name, for the one place that has room for it. */
export const fullName = ({ boxes }: Hierarchy, id: number): string => {
  const { point, key, part } = boxes[id];
  const name = point ? point.name : part ? key.replace(/#\d+$/, '') : key;
  return displayName(name, 300);
};

/** What a box is called inside a sentence. */
export function nameOf(hierarchy: Hierarchy, id: number): string {
  const { title, detail } = boxLabel(hierarchy, id);
  const { point } = hierarchy.boxes[id];
  if (point?.kind !== 'operator' || detail === '') return nameInText(title);
  return nameInText(detail.toLowerCase().startsWith(title.toLowerCase()) ? detail : `${title} ${detail}`);
}

/** Neighbours that are named; the others are counted. */
const NAMED = 4;

function list(hierarchy: Hierarchy, ends: readonly number[]): string {
  const names = ends.slice(0, NAMED).map((end) => nameOf(hierarchy, end));
  return ends.length > NAMED ? t('{0} and {1} more', names.join(t(', ')), ends.length - NAMED) : names.join(t(', '));
}

/** From where values come and where they go, in words; a string each, empty where there is nothing. */
export function neighbours(hierarchy: Hierarchy, visible: Visible, id: number): { readonly from: string; readonly to: string } {
  const sources = (visible.incoming.get(id) ?? []).map(({ from }) => from);
  const targets = (visible.outgoing.get(id) ?? []).map(({ to }) => to);
  return { from: list(hierarchy, sources), to: list(hierarchy, targets) };
}

/** Everything that the picture shows of a box, as sentences. */
export function describeBox(
  hierarchy: Hierarchy,
  visible: Visible,
  open: ReadonlySet<number>,
  id: number,
  shade: Shade | undefined,
  column: ShadeColumn | null,
): string {
  const { title, detail } = boxLabel(hierarchy, id);
  const { point } = hierarchy.boxes[id];
  const { from, to } = neighbours(hierarchy, visible, id);
  const name = detail === '' ? nameInText(title) : `${nameInText(title)}${t(', ')}${nameInText(detail)}`;
  return [
    t('{0}.', point ? name : open.has(id) ? t('Module {0}, open', name) : t('Module {0}, closed', name)),
    ...(column && shade ? [t('{0}: {1}.', column.label, shade.text)] : []),
    ...(from === '' ? [] : [t('From {0}.', from)]),
    ...(to === '' ? [] : [t('To {0}.', to)]),
  ].join(' ');
}
