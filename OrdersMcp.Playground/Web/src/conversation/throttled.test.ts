import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttled } from './throttled';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('What is asked for again and again is done once in each pause', () => {
  const act = vi.fn();
  const { soon } = throttled(act, 500);
  for (let i = 0; i < 100; i++) {
    soon();
    vi.advanceTimersByTime(30); // text that streams in
  }

  expect(act).toHaveBeenCalledTimes(5);
});

test('What is done at once is not done again for an earlier request', () => {
  const act = vi.fn();
  const { soon, now } = throttled(act, 500);
  soon();
  now();
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(1);
});
