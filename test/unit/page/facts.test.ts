import fs from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../webview-ui/src/view/facts.js';
import { advice, error, layer } from './layers.js';

const value = (of: ReturnType<typeof facts>, label: string) => of.find((fact) => fact.label === label)?.value;

describe('facts of a layer', () => {
  const stats = { min: -1, max: 2, mean: 0.25, std: 0.5, kurtosis: 1.5, zeros: 100, nan: 0, inf: 0 };

  it('are those of the tensor alone before it is analyzed', () => {
    expect(facts(layer('a', { macs: 5000 })).map(({ label }) => label)).toEqual([
      'Weight',
      'Shape',
      'Stored as',
      'Parameters',
      'MACs',
      'Channel axis',
    ]);
  });

  it('put the suggestion first', () => {
    const all = facts(
      layer('a', {
        weightStats: stats,
        advice: advice('int4/channel/mse', 26),
        errors: [error('int4/channel/mse', 26, { clippedFraction: 0.01 })],
      }),
    );
    expect(all.slice(0, 2).map(({ label, value }) => [label, value])).toEqual([
      ['Clip range', '[-1, 1]'],
      ['Clipped', '1 %'],
    ]);
    expect(value(all, 'Zeros')).toBe('10 %');
  });

  it('raise NaN and Inf only where there are some', () => {
    expect(value(facts(layer('a', { weightStats: stats })), 'NaN values')).toBeUndefined();
    const alarms = facts(layer('a', { weightStats: { ...stats, nan: 3, inf: 1 } })).filter(({ alarm }) => alarm);
    expect(alarms.map(({ label, value }) => [label, value])).toEqual([
      ['NaN values', '3'],
      ['Infinite values', '1'],
    ]);
  });

  it('call the kurtosis of a constant tensor constant', () => {
    expect(value(facts(layer('a', { weightStats: { ...stats, kurtosis: null } })), 'Excess kurtosis')).toBe('constant');
  });
});

it('icons are where the shipped font has them', () => {
  const css = fs.readFileSync(createRequire(import.meta.url).resolve('@vscode/codicons/dist/codicon.css'), 'utf8');
  const source = fs.readFileSync(new URL('../../../webview-ui/src/components/icon.ts', import.meta.url), 'utf8');
  const used = [...source.matchAll(/^ {2}'?([\w-]+)'?: 0x([0-9a-f]{4}),$/gm)];
  expect(used.length).toBeGreaterThan(4);
  for (const [, name, code] of used) expect(css, name).toContain(`.codicon-${name}:before { content: "\\${code}" }`);
});
