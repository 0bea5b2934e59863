import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLink, escapeMarkdown, hoverMarkdown, mostSensitive, type HoverFacts } from '../../../src/extension/hover/markdown.js';
import { layer, report } from './reports.js';

const english = (message: string, ...args: (string | number)[]) => message.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)]));

const facts: HoverFacts = {
  file: 'lenet.onnx',
  bytes: 44_400,
  report: undefined,
  running: false,
  error: undefined,
  link: '[Open](command:x)',
};

describe('the most sensitive layers', () => {
  it('need the most bits, and of as many bits have the lowest SQNR', () => {
    const layers = [
      layer('easy', { bits: 2, sqnrDb: 30 }),
      layer('tight', { bits: 6, sqnrDb: 25.1 }),
      layer('roomy', { bits: 6, sqnrDb: 29 }),
      layer('hard', { bits: 8, sqnrDb: 26 }),
      layer('unknown'),
      layer('exact', { bits: 6, sqnrDb: null }),
    ];
    expect(mostSensitive(layers, 4).map(({ name }) => name)).toEqual(['hard', 'tight', 'roomy', 'exact']);
  });

  it('keep the order of the graph among equals', () => {
    expect(mostSensitive([layer('a', {}), layer('b', {}), layer('c', {})], 2).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a hover', () => {
  it('tells figures, the three most sensitive layers with their evidence, and the way to the editor', () => {
    const layers = [3, 8, 5, 6].map((bits) => layer(`conv${bits}`, { bits, sqnrDb: 20 + bits }));
    expect(hoverMarkdown({ ...facts, report: report(...layers) }, english)).toBe(
      [
        '**lenet\\.onnx**',
        '43.4 KiB · 61,706 parameters · opset 17',
        'Most sensitive layers (from the weights alone):',
        '- conv8 (Conv): 8 bits, SQNR 28.0 dB\n- conv6 (Conv): 6 bits, SQNR 26.0 dB\n- conv5 (Conv): 5 bits, SQNR 25.0 dB',
        '[Open](command:x)',
      ].join('\n\n'),
    );
  });

  it('tells what layers keep at the outputs of a model that was run', () => {
    const layers = [layer('conv1', { bits: 4, sqnrDb: 19, outputSqnrDb: 31 }), layer('conv2', { bits: 4, sqnrDb: 22, outputSqnrDb: 26 })];
    const text = hoverMarkdown({ ...facts, report: { ...report(...layers), evidence: 'data' } }, english);
    expect(text).toContain('Most sensitive layers (from your inputs):');
    expect(text).toContain('- conv2 (Conv): 4 bits, at the outputs 26.0 dB\n- conv1 (Conv): 4 bits, at the outputs 31.0 dB');
  });

  it('tells what is known while the analysis runs, and ranks nothing before it is through', () => {
    expect(hoverMarkdown({ ...facts, running: true }, english)).toBe(
      '**lenet\\.onnx**\n\n43.4 KiB\n\nThe analysis is running; hover again for its advice.\n\n[Open](command:x)',
    );
    const partial = hoverMarkdown({ ...facts, running: true, report: report(layer('conv1', {})) }, english);
    expect(partial).toContain('61,706 parameters');
    expect(partial).not.toContain('conv1');
  });

  it('tells why a file is no model, and nothing else', () => {
    const text = hoverMarkdown({ ...facts, error: 'the file is empty' }, english);
    expect(text).toBe('**lenet\\.onnx**\n\nthe file is empty\n\n[Open](command:x)');
  });

  it('tells when there is nothing to quantize', () => {
    expect(hoverMarkdown({ ...facts, report: report() }, english)).toContain('no weights to quantize');
  });

  it('does not claim that there is nothing when it could not be analyzed', () => {
    const failed = { ...layer('conv1'), problem: 'the external data is missing' };
    expect(hoverMarkdown({ ...facts, report: report(failed) }, english)).toContain('No layer could be analyzed');
  });

  it('says that an error of zero is exact', () => {
    expect(hoverMarkdown({ ...facts, report: report(layer('a', { sqnrDb: null })) }, english)).toContain('SQNR exact');
  });
});

describe('text from a file', () => {
  it.each([
    ['[click](command:evil)', '\\[click\\]\\(command\\:evil\\)'],
    ['<img src=x>', '&lt;img src=x\\>'],
    ['&lt;', '&amp;lt;'],
    ['`a`\n# b', '\\`a\\` \\# b'],
    ['$(zap)', '\\$\\(zap\\)'],
  ])('shows %s as it is', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('is cut where it is too long', () => {
    expect(escapeMarkdown('x'.repeat(100))).toBe(`${'x'.repeat(79)}…`);
  });

  it('never leaves a character with a meaning in Markdown unescaped', () => {
    const unit = fc.constantFrom(...Array.from('\\`*_{}[]()<>#+-.!|~$@:& \n\r\ta\u2028\u{1f600}'));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 90 }), (text) => {
        expect(escapeMarkdown(text).replace(/\\[^\n]|&(amp|lt);/gu, '')).not.toMatch(/[\\`*_{}[\]()#+\-.!|~<>$@:\n\r&]/);
      }),
    );
  });
});

describe('a link to a command', () => {
  it('survives names with parentheses and quotes', () => {
    const link = commandLink('Open', 'precisionLens.analyze', [`file:///a (1)'[2]".onnx`]);
    const [, query] = /^\[Open\]\(command:precisionLens\.analyze\?([^()\s<>[\]"']+)\)$/.exec(link)!;
    expect(JSON.parse(decodeURIComponent(query))).toEqual([`file:///a (1)'[2]".onnx`]);
  });
});
