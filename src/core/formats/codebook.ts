import { SchemeError } from './errors.js';
import { kmeans } from './kmeans.js';
import { levelQuantizer } from './levels.js';
import type { Family, Format } from './types.js';

type CodebookFormat = Extract<Format, { kind: 'codebook' }>;

export const codebook: Family<CodebookFormat> = {
  kind: 'codebook',
  spellings: [2, 4, 8, 16, 32, 64, 128, 256].map((k) => `codebook:${k}`),
  parse: (text) => {
    const match = /^codebook:(\d+)$/.exec(text);
    if (!match) return null;
    const values = Number(match[1]);
    if (values < 2 || values > 256) throw new SchemeError('format', text, 'has a size outside 2…256', `codebook:${values < 2 ? 2 : 256}`);
    return { kind: 'codebook', values };
  },
  spell: ({ values }) => `codebook:${values}`,
  traits: ({ values }) => ({
    storage: { payload: Math.ceil(Math.log2(values)), run: values * 32, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: true, clipping: false, rounding: false },
    rounding: 'nearest-even',
  }),
  codec: ({ values }) => ({
    needs: 'values',
    fit: (run) => {
      const levels = kmeans(run, values);
      return levelQuantizer(levels, 1, { codebook: levels });
    },
  }),
  doc: {
    title: 'Codebook (weight sharing)',
    spelling: '`codebook:k`, k = 2…256',
    formula: [
      'x̂ = the nearest of k values that minimise Σ(x − x̂)²: one-dimensional k-means, started at the optimum over 2,046 cut points',
      'stored: ⌈log2 k⌉ bits per element and k float32 values per run; n·32/(n·⌈log2 k⌉ + k·32) is Deep Compression’s rate',
    ],
    source: 'Han, Mao, Dally 2016, arXiv:1510.00149 (Deep Compression); Wang, Song 2011 (Ckmeans.1d.dp)',
    example: { scheme: 'codebook:2/tensor', values: [-1, -0.8, 0.4, 0.5, 0.6] },
  },
};
