import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { parseProfile, profileNames, profiles } from '../../../../src/analysis/plan/profiles.js';
import { horowitz } from '../../../../src/core/costs/energy.js';
import { peakOf } from '../../../../src/core/costs/hardware.js';

const folder = new URL('../../../../media/profiles/', import.meta.url);

const slow = { name: 'a slow one', source: 'a test', peak: { integer: { '8': 2e6 }, float: { '32': 1e6 } }, bandwidth: 1e9 };

describe('profiles', () => {
  it('are one for each file, and each file is one', async () => {
    const files = await readdir(folder);
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual([...profileNames].sort());
    for (const name of profileNames)
      expect(parseProfile(await readFile(new URL(`${name}.json`, folder), 'utf8'), name)).toEqual(profiles[name]);
  });

  it('name their source, and are faster with fewer bits', () => {
    for (const name of profileNames) {
      const { source, peak } = profiles[name];
      expect(source.length).toBeGreaterThan(40);
      for (const figures of [peak.integer, peak.float]) {
        const rising = Object.entries(figures).sort(([a], [b]) => Number(a) - Number(b));
        rising.slice(1).forEach(([, figure], i) => expect(figure).toBeLessThanOrEqual(rising[i][1]));
      }
    }
  });

  it('have what their makers say', () => {
    const int = (bits: number) => ({ bits, kind: 'integer' as const });
    const float = (bits: number) => ({ bits, kind: 'float' as const });
    // TOPS are two operations for each multiply-accumulate
    expect(2 * peakOf(profiles.gpu, int(8), int(8))!).toBe(624e12);
    expect(2 * peakOf(profiles.gpu, int(1), int(1))!).toBe(4992e12);
    expect(2 * peakOf(profiles.gpu, float(16), float(16))!).toBe(312e12);
    expect(peakOf(profiles['server-cpu'], int(8), int(8))).toBe(40 * 2.3e9 * 128);
    expect(profiles['server-cpu'].bandwidth).toBe(8 * 3200e6 * 8);
    expect(peakOf(profiles.mcu, int(8), int(8))).toBe(480e6 * 2);
    expect(peakOf(profiles['phone-dsp'], int(8), int(8))).toBe(500e6 * 256);
    expect(peakOf(profiles['phone-dsp'], float(32), float(32))).toBeNull();
  });

  it('take energy constants that differ, and keep the others', () => {
    const { energy } = parseProfile(JSON.stringify({ ...slow, energy: { dram: 100, integerMultiply: { '4': 0.05 } } }), 'x');
    expect(energy).toEqual({ ...horowitz, dram: 100, integerMultiply: { '4': 0.05 } });
  });

  test.each([
    ['{', /^x: not a profile: /],
    ['[]', /damaged profile: the file is \[\], not object/],
    [{ ...slow, bandwidth: 0 }, /bandwidth is 0, not more than 0/],
    [{ ...slow, bandwith: 1 }, /has "bandwith", which does not belong there/],
    [{ ...slow, peak: { integer: {} } }, /peak lacks "float"/],
    [{ ...slow, peak: { integer: { eight: 1 }, float: {} } }, /peak.integer has "eight", which is no number of bits/],
    [{ ...slow, peak: { integer: { '8': '1' }, float: {} } }, /peak.integer.8 is not a number above 0/],
    [{ ...slow, energy: { floatAdd: { '16': 1 } } }, /energy.floatAdd lacks "32"/],
    [{ ...slow, energy: { integerAdd: { '8': -1 } } }, /energy.integerAdd.8 is not a number above 0/],
  ])('are refused: %j', (text, message) => {
    expect(() => parseProfile(typeof text === 'string' ? text : JSON.stringify(text), 'x')).toThrow(message);
  });
});
