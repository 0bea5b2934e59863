import { describe, expect, it } from 'vitest';
import { headOf, withUpdate } from '../../../src/rpc/reportStream.js';
import { layer, report } from '../extension/reports.js';

describe('a report with an update', () => {
  it('is left as it was by progress, and by layers that come before any report', () => {
    const known = report(layer('conv1'));
    expect(withUpdate(known, { kind: 'progress', stage: 'weights', done: 1, total: 2 })).toBe(known);
    expect(withUpdate(undefined, { kind: 'layers', start: 0, layers: [layer('conv1')] })).toBeUndefined();
  });

  it('does not change the report it was made from', () => {
    const known = report(layer('conv1'));
    withUpdate(known, { kind: 'layers', start: 0, layers: [layer('conv1', {})] });
    expect(known).toEqual(report(layer('conv1')));
  });
});

describe('the head of a report', () => {
  it('is the report without its layers', () => {
    const whole = report(layer('conv1'));
    expect({ ...headOf(whole), layers: whole.layers }).toEqual(whole);
    expect(headOf(whole)).not.toHaveProperty('layers');
  });
});
