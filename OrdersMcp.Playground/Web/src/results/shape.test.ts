import { expect, test } from 'vitest';
import type { Json } from '../api/contract';
import { cellOf, formatOf, labelOf, shapeOf } from './shape';

test('A page of records is a table with its facts', () => {
  expect(shapeOf({ items: [{ id: 1, note: null }, { id: 2, total: 5 }], nextCursor: 'x' }, '')).toEqual({
    kind: 'records', columns: ['id', 'total'], rows: [{ id: 1, note: null }, { id: 2, total: 5 }], facts: [['nextCursor', 'x']],
  });
});

test('An empty page is an empty table', () => {
  expect(shapeOf({ items: [], nextCursor: null }, '')).toEqual({ kind: 'records', columns: [], rows: [], facts: [] });
});

test('An order with lines is one record', () => {
  expect(shapeOf({ id: 3, customer: { id: 1 }, note: null, lines: [{ sku: 'A' }] }, '')).toEqual({
    kind: 'record', facts: [['id', 3], ['customer', { id: 1 }], ['lines', [{ sku: 'A' }]]],
  });
});

test('JSON in the text counts as structured, other text does not', () => {
  expect(shapeOf(null, '{"id":3}').kind).toBe('record');
  expect(shapeOf(null, '[not JSON').kind).toBe('text');
  expect(shapeOf(null, 'Done.')).toEqual({ kind: 'text', text: 'Done.' });
});

test('A table has at most eight columns', () => {
  const row = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, i]));
  expect(shapeOf([row], '')).toMatchObject({ columns: { length: 8 } });
});

test.each<[Json, string]>([
  [null, ''], [true, 'yes'], [3, '3'], ['a', 'a'], [['a', 'b'], 'a, b'], [[], 'none'], [[{ id: 1 }, { id: 2 }], '2 entries'],
  [{ id: 1, name: 'Alice' }, 'Alice'], [{ x: 1 }, '{"x":1}'], ['2026-99-99', '2026-99-99'],
])('The cell of %j is %j', (value, cell) => expect(cellOf(value)).toBe(cell));

test('Amounts line up, whole numbers stay whole', () => {
  expect(formatOf([894.5, 936, null]).text(936)).toBe('936.00');
  expect(formatOf([894.5, null]).text(null)).toBe('');
  expect(formatOf([1, 2]).text(2)).toBe('2');
  expect(formatOf(['x'.repeat(60)]).look).toBeUndefined();
});

test('Names become labels', () => {
  expect(labelOf('unitPrice')).toBe('Unit price');
  expect(labelOf('list_orders')).toBe('List orders');
});
