import { expect, test } from 'vitest';
import { money } from './format';

test('Money has the symbol of its currency', () => {
  expect(money(1.5, 'USD')).toContain('$');
});

test.each(['', 'credits', 'U$D'])('The currency %j, which is no code, is written as it is', currency => {
  expect(money(1.5, currency)).toBe(`1.5 ${currency}`);
});
