import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { violations } from '../../../src/report/jsonSchema.js';
import schema from '../../../src/report/plan.schema.json';
import { PlanFileError, readPlan } from '../../../src/report/readPlan.js';
import { setLanguage } from '../../../webview-ui/src/text/l10n.js';
import { plannerText, plannerTexts } from '../../../webview-ui/src/text/planner.js';
import { planNotes } from '../../../webview-ui/src/view/planFigures.js';
import { plan } from './planFixture.js';
import { sayings } from './sayings.js';

const korean = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../webview-ui/l10n/ko.json'), 'utf8')) as Record<
  string,
  string
>;

const files = [
  ...['allocate', 'budget', 'comparisons', 'contest', 'options', 'planModel', 'problem', 'rules', 'settle', 'tryPlan', 'userPlan'].map(
    (name) => `src/analysis/plan/${name}.ts`,
  ),
  'src/report/readPlan.ts',
  'src/report/jsonSchema.ts',
];

afterEach(() => setLanguage('en', {}));

describe('what the planner and the reader of plans say', () => {
  it.each(files)('%s: has a form in the user’s language for each phrase', (file) => {
    const said = sayings(file);
    expect(said.length).toBeGreaterThan(0);
    for (const text of said) {
      expect(Object.keys(plannerTexts), text).toContain(text);
      expect(korean[plannerTexts[text] ?? text], text).toMatch(/[가-힣]/);
    }
  });

  it('is known again with its figures, which are put into the translation', () => {
    setLanguage('ko', korean);
    expect(
      plannerText(
        'The first plan was predicted 30.1 dB and gave exact outputs: 12 pairs of layer and scheme were measured again, and it was planned anew 2 times; it still misses: predicted 30.0 dB, measured 22.5 dB.',
      ),
    ).toBe(
      '첫 계획은 예측이 30.1 dB, 결과가 오차 없는 출력였습니다. 레이어와 방식의 쌍 12개를 다시 측정하고 2번 다시 계획했습니다. 여전히 빗나갑니다: 예측 30.0 dB, 측정 22.5 dB.',
    );
    expect(planNotes(plan({ notes: ['An earlier plan did better when it was run: it is the one given here.'] })).at(-1)).toMatch(
      /^앞선 계획/,
    );
  });

  it('speaks of the window in the window, also in English', () => {
    expect(
      plannerText(
        'no plan keeps activations=1KiB; the nearest budget that can be kept is activations=4096; activations stay float32 unless the model is run: give --inputs or --evidence synthetic',
      ),
    ).toBe(
      'no plan keeps activations=1KiB; the nearest budget that can be kept is activations=4096; values between layers stay float32 unless the model is run',
    );
    expect(plannerText('the user decided 1 of 5 layers; the others are as suggested')).toBe(
      'You decided 1 of 5 layers; the others are as suggested.',
    );
  });

  it('is left alone where it is another’s', () => {
    setLanguage('ko', korean);
    for (const text of ['', 'bits=4.5', 'the inputs are gone', 'x'.repeat(5000)]) expect(plannerText(text)).toBe(text);
    expect(plannerText(`no plan keeps ${'a '.repeat(600)}`)).toContain('no plan keeps');
  });

  it('is Korean for plan files that are refused', () => {
    setLanguage('ko', korean);
    const model = { file: 'm.onnx', sha256: 'b'.repeat(64), layers: [{ name: 'conv' }, { name: 'fc' }] };
    const bad: readonly unknown[] = [
      { schema: 'other' },
      {},
      { ...plan(), assignments: 7 },
      { ...plan(), model: { ...plan().model, sha256: 'a'.repeat(64) } },
      { ...plan(), assignments: [...plan().assignments, plan().assignments[0]] },
      { ...plan(), assignments: [{ ...plan().assignments[0], layer: 'cnov' }] },
      { ...plan(), assignments: [{ ...plan().assignments[0], clip: null }] },
    ];
    for (const file of bad) {
      let message = '';
      try {
        readPlan(JSON.stringify(file), model);
      } catch (error) {
        if (!(error instanceof PlanFileError)) throw error;
        ({ message } = error);
      }
      expect(message).not.toBe('');
      expect(plannerText(message), message).toMatch(/[가-힣]/);
    }
    expect(violations({}, schema).map((line) => plannerText(line))[0]).toMatch(/^파일에 .*이\(가\) 없습니다$/);
  });
});
