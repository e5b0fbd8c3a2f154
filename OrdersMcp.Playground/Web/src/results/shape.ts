import type { Json, JsonObject } from '../api/contract';

/** How a result is shown: as a table of records, as one record, or as text. */
export type Shape =
  | { kind: 'records'; columns: string[]; rows: JsonObject[]; facts: [string, Json][] }
  | { kind: 'record'; facts: [string, Json][] }
  | { kind: 'text'; text: string };

const mostColumns = 8;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecords = (value: Json | undefined): value is JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

const isEmpty = (value: Json | undefined) => Array.isArray(value) && value.length === 0;

/** The structured result, else the text if it is JSON. */
export function dataOf(structured: Json | undefined, text: string): Json | undefined {
  if (structured !== null && structured !== undefined) {
    return structured;
  }

  if (!/^\s*[[{]/u.test(text)) {
    return undefined;
  }

  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // text that only begins like JSON
  }
}

export function shapeOf(structured: Json | undefined, text: string): Shape {
  const data = dataOf(structured, text);
  if (isRecords(data)) {
    return records(data, []);
  }

  if (isObject(data)) {
    const lists = Object.entries(data).filter(([, value]) => isRecords(value) || isEmpty(value));
    const others = Object.entries(data).filter(([, value]) => !isRecords(value) && !isEmpty(value));
    // A page of records: its only list, beside little else. An order with lines is one record.
    return lists.length === 1 && others.every(([, value]) => !isObject(value)) && others.length <= 3
      ? records(lists[0]![1] as JsonObject[], others.filter(([, value]) => value !== null))
      : { kind: 'record', facts: Object.entries(data).filter(([, value]) => value !== null) };
  }

  return { kind: 'text', text };
}

/** The columns: those that have a value in some row, in the order in which they appear. */
function records(rows: JsonObject[], facts: [string, Json][]): Shape {
  const names = new Set<string>();
  for (const [name, value] of rows.flatMap(row => Object.entries(row))) {
    if (value !== null) {
      names.add(name);
    }
  }

  return { kind: 'records', rows, facts, columns: [...names].slice(0, mostColumns) };
}

/** A name for people: `unitPrice` is "Unit price". */
export function labelOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2').replaceAll(/[_-]+/gu, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** A value in a cell, on one line. */
export function cellOf(value: Json | undefined): string {
  if (value === null || value === undefined) {
    return '';
  }

  if (Array.isArray(value)) {
    return value.length === 0 ? 'none'
      : value.every(part => !isObject(part) && !Array.isArray(part)) ? value.join(', ')
      : value.length === 1 ? cellOf(value[0]) : `${value.length} entries`;
  }

  if (isObject(value)) {
    const name = value.name ?? value.title ?? value.id ?? value.sku;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : JSON.stringify(value);
  }

  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d|$)/u.test(value) && !Number.isNaN(Date.parse(value))) {
    return value.length === 10 ? day.format(new Date(value)) : time.format(new Date(value));
  }

  return typeof value === 'boolean' ? value ? 'yes' : 'no' : String(value);
}

const longestShort = 28;
const isNumeric = (value: Json): value is number => typeof value === 'number';

/** How a column looks: amounts line up at the decimal point, short values stay on one line. */
export function formatOf(values: Json[]): { look: 'number' | 'short' | undefined; text(value: Json | undefined): string } {
  const given = values.filter(value => value !== null);
  if (given.length > 0 && given.every(isNumeric)) {
    const decimals = Math.max(...given.map(value => (String(value).split('.')[1] ?? '').length));
    return { look: 'number', text: value => isNumeric(value ?? null) && decimals > 0 ? (value as number).toFixed(Math.min(Math.max(decimals, 2), 6)) : cellOf(value) };
  }

  return { look: given.every(value => cellOf(value).length <= longestShort) ? 'short' : undefined, text: cellOf };
}
