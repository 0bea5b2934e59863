import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { setLanguage, t } from '../../../webview-ui/src/text/l10n.js';
import { plannerTexts } from '../../../webview-ui/src/text/planner.js';

const folder = path.resolve(import.meta.dirname, '../../../webview-ui');

const sources = fs
  .readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('l10n.ts'))
  .map((name) => fs.readFileSync(path.join(folder, 'src', name), 'utf8'));

/** Every English text that the page's source passes to `t`, and what the planner says. */
const keys = new Set([
  ...Object.entries(plannerTexts).map(([said, shown]) => shown ?? said),
  ...sources.flatMap((source) => [...source.matchAll(/\bt\(\s*'((?:\\.|[^'\\])*)'/g)].map(([, text]) => text.replace(/\\(.)/g, '$1'))),
]);

/** A hole for the s behind an English word. */
const isPlural = (english: string, hole: string) => english.includes(`time${hole}`);

const holes = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([hole]) => hole).sort();

afterEach(() => setLanguage('en', {}));

describe('translations of the page', () => {
  const bundles = fs.readdirSync(path.join(folder, 'l10n'));

  it('exist for Korean', () => expect(bundles).toContain('ko.json'));

  it.each(bundles)('%s has every string of the source and no other', (file) => {
    const bundle = JSON.parse(fs.readFileSync(path.join(folder, 'l10n', file), 'utf8')) as Record<string, string>;
    expect(Object.keys(bundle).sort()).toEqual([...keys].sort());
    for (const [english, translated] of Object.entries(bundle)) {
      expect(holes(translated), english).toEqual(holes(english).filter((hole) => !isPlural(english, hole)));
      expect(translated.trim(), english).not.toBe('');
    }
  });

  it('can be collected, as every text is a literal where it is used', () => {
    const calls = sources.flatMap((source) => [...source.matchAll(/(?<![\w.])t\(\s*(.)/g)].map(([, first]) => first));
    expect(calls.length).toBeGreaterThan(100);
    expect(calls.filter((first) => first !== "'")).toEqual([]);
  });
});

describe('t', () => {
  it('puts values into the translated text, in its order', () => {
    setLanguage('ko', { '{0} of {1} layers': '레이어 {1}개 중 {0}개' });
    expect(t('{0} of {1} layers', 2, 5)).toBe('레이어 5개 중 2개');
  });

  it('does not read values as templates', () => {
    expect(t('{0} and {1}', '{1}', '$&')).toBe('{1} and $&');
  });

  it('falls back to English and leaves a hole without a value as it is', () => {
    setLanguage('xx', {});
    expect(t('needs {0}')).toBe('needs {0}');
    expect(t('toString')).toBe('toString');
  });

  it('takes a language tag that is none', () => {
    expect(() => setLanguage('not a tag!', {})).not.toThrow();
  });
});
