import { describe, expect, it } from 'vitest';
import {
  NARROWEST,
  noChoice,
  resizeColumn,
  restoreColumns,
  showColumn,
  shownColumns,
  WIDEST,
} from '../../../../webview-ui/src/table/columnLayout.js';
import { columns, SIDEWAYS, totalWidth } from '../../../../webview-ui/src/view/columns.js';

const all = columns(true);
const room = totalWidth(all);
const ids = (choice = noChoice, within = room) => shownColumns(all, choice, within).map(({ id }) => id);

describe('columns of the table', () => {
  it('are all there where there is room, but those that were hidden', () => {
    expect(ids()).toEqual(all.map(({ id }) => id));
    const hidden = showColumn(showColumn(noChoice, 'macs', false), 'layer', false);
    expect(ids(hidden)).toEqual(all.map(({ id }) => id).filter((id) => id !== 'macs'));
    expect(ids(showColumn(hidden, 'macs', true))).toContain('macs');
  });

  it('stay where there is no room once they were asked for', () => {
    expect(ids(noChoice, 0)).not.toContain('shape');
    expect(ids(showColumn(noChoice, 'shape', true), 0)).toContain('shape');
  });

  it('have the width they were given, within reason, until it is taken back', () => {
    const widthOf = (choice: typeof noChoice) => shownColumns(all, choice, room).find(({ id }) => id === 'op')!;
    expect(widthOf(noChoice).grow).toBeDefined();
    const wide = resizeColumn(noChoice, 'op', 20);
    expect(widthOf(wide)).toMatchObject({ width: 20 });
    expect(widthOf(wide).grow).toBeUndefined();
    expect(resizeColumn(wide, 'op', 0.1).widths['op']).toBe(NARROWEST);
    expect(resizeColumn(wide, 'op', 1e9).widths['op']).toBe(WIDEST);
    expect(resizeColumn(wide, 'op', null)).toEqual(noChoice);
  });

  it('make others go when they are widened', () => {
    const within = room / SIDEWAYS + 0.1;
    expect(ids(noChoice, within)).toContain('shape');
    expect(ids(resizeColumn(noChoice, 'op', 30), within)).not.toContain('shape');
  });

  it('come back as they were', () => {
    const choice = resizeColumn(showColumn(noChoice, 'macs', false), 'op', 12);
    expect(restoreColumns(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
  });

  it.each([[undefined], [null], ['x'], [{ shown: 3, widths: { op: 'wide', layer: -1 } }]])('are as at first where %j was kept', (stored) =>
    expect(restoreColumns(stored)).toEqual(noChoice),
  );
});
