import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { families } from '../../../src/core/formats/registry.js';
import { gaussian, tensorOf } from './random.js';

describe('every family of formats', () => {
  it.each(families.map((family) => family.doc.example.scheme))('%s goes through the analysis', async (text) => {
    const scheme = parseScheme(text);
    const x = gaussian(64 * 300, 1);
    const { errors } = await analyzeTensor(tensorOf(x, [64, 300], 0), [scheme]);
    expect(errors[0].mse).toBeGreaterThanOrEqual(0);
    expect(errors[0].mse).toBeLessThan(1.5);
    expect(errors[0].effectiveBits).toBeGreaterThan(0);
  });
});
