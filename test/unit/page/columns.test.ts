import { describe, expect, it } from 'vitest';
import { columns, fittingColumns, SIDEWAYS, totalWidth } from '../../../webview-ui/src/view/columns.js';

const ids = (room: number) => fittingColumns(columns(false), room).map(({ id }) => id);

describe('columns of the table', () => {
  it('are all there where there is room', () => expect(ids(totalWidth(columns(false)))).toEqual(columns(false).map(({ id }) => id)));

  it('may be somewhat wider than the room, and leave out their number first, and only that if it is enough', () => {
    const whole = totalWidth(columns(false));
    expect(ids(whole / SIDEWAYS + 0.01)).toEqual(columns(false).map(({ id }) => id));
    expect(ids(whole / SIDEWAYS - 0.1)).toEqual(
      columns(false)
        .map(({ id }) => id)
        .filter((id) => id !== 'index'),
    );
  });

  it.each([
    ['before a run', false, []],
    ['after a run', true, ['index', 'shape']],
  ])('in a window of 1280 pixels with a side bar, %s, hide little', (_, ran, hidden) => {
    // what is left of 1280 CSS pixels beside the side bar, in em of the table
    const shown = fittingColumns(columns(ran), 948 / (13 * 0.93)).map(({ id }) => id);
    expect(
      columns(ran)
        .map(({ id }) => id)
        .filter((id) => !shown.includes(id)),
    ).toEqual(hidden);
  });

  it('of a model that was run tell of the outputs and of what flows in', () => {
    const added = columns(true).filter(({ id }) => !columns(false).some((column) => column.id === id));
    expect(added.map(({ id }) => id)).toEqual(['effect', 'inputs', 'inputRange']);
    expect(fittingColumns(columns(true), 0).map(({ id }) => id)).toContain('effect');
  });

  it('keep name, suggestion and SQNR by bits wherever they are shown', () => {
    expect(ids(0)).toEqual(['layer', 'suggested', 'bits:2', 'bits:3', 'bits:4', 'bits:5', 'bits:6', 'bits:7', 'bits:8']);
  });
});
