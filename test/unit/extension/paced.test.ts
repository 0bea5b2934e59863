import { describe, expect, it, vi } from 'vitest';
import { paced } from '../../../src/extension/editor/paced.js';

describe('messages that are paced', () => {
  it('go out one in each turn of the event loop, in their order', async () => {
    const sent: number[] = [];
    const post = paced((message: number) => sent.push(message));
    for (let i = 0; i < 5; i++) post(i);
    expect(sent).toEqual([0]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.length).toBeLessThan(5);
    await vi.waitFor(() => expect(sent).toEqual([0, 1, 2, 3, 4]));
  });

  it('go out at once when nothing waits', async () => {
    const sent: string[] = [];
    const post = paced((message: string) => sent.push(message));
    post('first');
    await new Promise((resolve) => setTimeout(resolve));
    post('second');
    expect(sent).toEqual(['first', 'second']);
  });
});
