import { describe, expect, it } from 'vitest';
import { latest } from '../../../webview-ui/src/view/latest.js';

/** Questions as they come in, to be answered when the test says so. */
function asked() {
  const questions: { params: string; signal: AbortSignal; answer: (text: string) => void; fail: (error: unknown) => void }[] = [];
  const taken: string[] = [];
  const failures: string[] = [];
  const one = latest(
    (params: string, signal) =>
      new Promise<string>((resolve, reject) => void questions.push({ params, signal, answer: resolve, fail: reject })),
    (result) => void taken.push(result),
    (error) => void failures.push(error.message),
  );
  return { one, questions, taken, failures };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('of what is asked again and again', () => {
  it('an answer that came too late is dropped, and who answers is told to stop', async () => {
    const { one, questions, taken } = asked();
    one.ask('a');
    one.ask('b');
    expect(questions[0].signal.aborted).toBe(true);
    questions[1].answer('B');
    questions[0].answer('A');
    await settled();
    expect(taken).toEqual(['B']);
  });

  it('while one is under way only the last that follows is asked, and every answer is shown', async () => {
    const { one, questions, taken } = asked();
    for (const params of ['a', 'b', 'c', 'd']) one.follow(params);
    expect(questions.map(({ params }) => params)).toEqual(['a']);
    questions[0].answer('A');
    await settled();
    expect(questions.map(({ params }) => params)).toEqual(['a', 'd']);
    questions[1].answer('D');
    await settled();
    expect(taken).toEqual(['A', 'D']);
  });

  it('what was to follow is forgotten when something else is asked', async () => {
    const { one, questions, taken } = asked();
    one.follow('a');
    one.follow('b');
    one.ask('c');
    questions[0].answer('A');
    questions[1].answer('C');
    await settled();
    expect(questions.map(({ params }) => params)).toEqual(['a', 'c']);
    expect(taken).toEqual(['C']);
  });

  it('a failure is told, unless nobody waits, and the next is asked', async () => {
    const { one, questions, failures } = asked();
    one.follow('a');
    one.follow('b');
    questions[0].fail(new Error('lost'));
    await settled();
    expect(failures).toEqual(['lost']);
    expect(questions).toHaveLength(2);
    one.stop();
    questions[1].fail('gone');
    await settled();
    expect(failures).toEqual(['lost']);
  });
});
