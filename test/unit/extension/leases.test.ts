import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leases } from '../../../src/extension/models/leases.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counted() {
  const made: string[] = [];
  const ended: string[] = [];
  const shared = leases(
    (key) => {
      made.push(key);
      return { name: key };
    },
    ({ name }) => {
      ended.push(name);
      return Promise.resolve();
    },
    1000,
  );
  return { shared, made, ended };
}

describe('leases', () => {
  it('make one value for all who ask under a key', () => {
    const { shared, made } = counted();
    expect(shared.acquire('a').value).toBe(shared.acquire('a').value);
    shared.acquire('b');
    expect(made).toEqual(['a', 'b']);
  });

  it('keep a value while anyone uses it, and for the grace after the last one left', () => {
    const { shared, ended } = counted();
    const [first, second] = [shared.acquire('a'), shared.acquire('a')];
    first.dispose();
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual([]);
    second.dispose();
    vi.advanceTimersByTime(999);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(['a']);
    expect([...shared.entries()]).toEqual([]);
  });

  it('give the same value to one who comes back within the grace', () => {
    const { shared, ended } = counted();
    const first = shared.acquire('a');
    first.dispose();
    vi.advanceTimersByTime(900);
    expect(shared.acquire('a').value).toBe(first.value);
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual([]);
  });

  it('count a lease once however often it is disposed', () => {
    const { shared, ended } = counted();
    const first = shared.acquire('a');
    shared.acquire('a');
    first.dispose();
    first.dispose();
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual([]);
  });

  it('end everything at once when disposed, and nothing twice', async () => {
    const { shared, ended } = counted();
    const used = shared.acquire('a');
    shared.acquire('b').dispose();
    await shared.dispose();
    used.dispose();
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual(['a', 'b']);
  });
});
