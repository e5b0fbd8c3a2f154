import { expect, test } from 'vitest';
import { ProblemError, problemOf, readProblem } from './problem';

const problem = (status: number, body: string) => readProblem(new Response(body, { status }));

test('Problem details are shown, with the members of their type', async () => {
  expect(await problem(409, '{"type":"urn:x","title":"Confirmation required","detail":"Ask.","state":"s"}')).toEqual({
    type: 'urn:x', title: 'Confirmation required', detail: 'Ask.', state: 's', status: 409, retryable: false,
  });
});

test.each([[429, true], [500, true], [502, true], [400, false], [403, false]])('Status %d may be retried: %s', async (status, isRetryable) => {
  expect(await problem(status, '{}')).toMatchObject({ title: `The server answered ${status}`, retryable: isRetryable });
});

test('An answer in HTML is a problem too', async () => {
  expect(await problem(503, '<h1>Bad gateway</h1>')).toEqual({ title: 'The server answered 503', detail: null, status: 503, retryable: true });
});

test('A request that is too large is a conversation that is too long', async () => {
  expect(await problem(413, '')).toMatchObject({ title: 'The conversation is too long', retryable: false });
});

test('A failed connection is told from a bug of the page', () => {
  expect(problemOf(new TypeError('Failed to fetch')).title).toBe('The server cannot be reached');
  expect(problemOf(new RangeError('x'))).toMatchObject({ title: 'The page failed', detail: 'x' });
  expect(problemOf(new ProblemError({ title: 'T', retryable: false }))).toEqual({ title: 'T', retryable: false });
});
