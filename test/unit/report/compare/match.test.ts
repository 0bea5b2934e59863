import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { matchLayers, type Match, type MatchedLayer } from '../../../../src/report/compare/match.js';

const layer = (name: string, op: string | null = 'Conv', shape: readonly number[] | null = [8, 3, 3, 3]): MatchedLayer => ({
  name,
  op,
  shape,
});
const layers = (text: string): MatchedLayer[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((part) => {
      const [name, op, size] = part.split(':');
      return layer(name, op, [Number(size)]);
    });

/** `conv1=a:name`, in order. */
const told = (a: readonly MatchedLayer[], b: readonly MatchedLayer[]) =>
  matchLayers(a, b)
    .map(
      (match) => `${match.a === null ? '' : a[match.a].name}=${match.b === null ? '' : b[match.b].name}${match.by ? `:${match.by}` : ''}`,
    )
    .join(' ');

describe('layers of two models', () => {
  test.each([
    ['are the same by their names, wherever they stand', 'a:Conv:1 b:Gemm:2', 'b:Gemm:2 a:Conv:3', 'a=a:name b=b:name'],
    ['by operator and shape where names differ', 'a:Conv:1 b:Conv:2', 'x:Conv:2 y:Conv:1', 'a=y:shape b=x:shape'],
    ['in their order where shapes repeat', 'a:Conv:1 b:Conv:1', 'x:Conv:1 y:Conv:1 z:Conv:1', 'a=x:shape b=y:shape =z'],
    [
      'by their place behind the same layer where shapes differ too',
      'a:Conv:1 b:Conv:2 c:Gemm:3',
      'a:Conv:1 y:Conv:9 c:Gemm:3',
      'a=a:name b=y:position c=c:name',
    ],
    ['by their place before the same layer', 'a:Gemm:1 b:Conv:2 c:Gemm:3', 'y:Conv:9 c:Gemm:3 a:Gemm:1', 'a=a:name b=y:position c=c:name'],
    ['only with their own operator', 'a:Conv:1', 'x:Gemm:1', '=x a='],
    ['once, though a name repeats', 'a:Conv:1 a:Conv:2', 'a:Conv:2', 'a=a:name a='],
    ['not at all when there are none', '', 'x:Gemm:1', '=x'],
  ])('%s', (_, a, b, expected) => {
    expect(told(layers(a), layers(b))).toBe(expected);
  });

  it('of a plan are known by their names only', () => {
    expect(told([layer('a', null, null), layer('b', null, null)], [layer('b'), layer('c')])).toBe('a= b=b:name =c');
  });

  const anyLayer = fc.record({
    name: fc.constantFrom('a', 'b', 'c', '__proto__', '', 'd'),
    op: fc.constantFrom('Conv', 'Gemm', null),
    shape: fc.option(fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 })),
  });
  const anyModel = fc.array(anyLayer, { maxLength: 12 });

  it('are matched at most once, and none is left out', () => {
    fc.assert(
      fc.property(anyModel, anyModel, (a, b) => {
        const found = matchLayers(a, b);
        const side = (of: 'a' | 'b') => found.flatMap((match) => match[of] ?? []);
        expect(side('a')).toEqual([...a.keys()]);
        expect(side('b').sort((x, y) => x - y)).toEqual([...b.keys()]);
        for (const { a: left, b: right, by } of found) expect(by === null).toBe(left === null || right === null);
      }),
    );
  });

  it('are matched the same way from the other side', () => {
    const pairs = (found: readonly Match[], turned: boolean) =>
      found.map(({ a, b, by }) => JSON.stringify(turned ? [b, a, by] : [a, b, by])).sort();
    fc.assert(
      fc.property(anyModel, anyModel, (a, b) => {
        expect(pairs(matchLayers(b, a), true)).toEqual(pairs(matchLayers(a, b), false));
      }),
    );
  });

  it('are all themselves in one model', () => {
    fc.assert(
      fc.property(anyModel, (a) => {
        for (const match of matchLayers(a, a)) expect(match).toEqual({ a: match.a, b: match.a, by: 'name' });
      }),
    );
  });
});
