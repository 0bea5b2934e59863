import { expect, it } from 'vitest';
import { interruptible, InterruptedError } from '../../../src/cli/interrupt.js';

/** What somebody outside does, without ending this process. */
const send = (signal: NodeJS.Signals): boolean => process.emit(signal);

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('cancels on %s what it does, whatever that fails with then', async (signal, exitCode) => {
  const doing = interruptible('cancelled', (aborted) => {
    const ended = new Promise<never>((_, reject) => aborted.addEventListener('abort', () => reject(new Error('torn apart'))));
    send(signal);
    return ended;
  });
  await expect(doing).rejects.toEqual(new InterruptedError('cancelled', exitCode));
});

it('leaves signals alone before and after', async () => {
  const before = process.listenerCount('SIGINT');
  expect(await interruptible('cancelled', () => Promise.resolve(process.listenerCount('SIGINT')))).toBe(before + 1);
  await expect(interruptible('cancelled', () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  expect(process.listenerCount('SIGINT')).toBe(before);
});
