import { describe, expect, it } from 'vitest';
import { columns, fittingColumns, totalWidth } from '../../../webview-ui/src/view/columns.js';

const ids = (room: number) => fittingColumns(columns(false), room).map(({ id }) => id);

describe('columns of the table', () => {
  it('are all there where there is room', () => expect(ids(totalWidth(columns(false)))).toEqual(columns(false).map(({ id }) => id)));

  it('leave out the shape first, and only that if it is enough', () => {
    expect(ids(totalWidth(columns(false)) - 0.1)).toEqual(
      columns(false)
        .map(({ id }) => id)
        .filter((id) => id !== 'shape'),
    );
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
