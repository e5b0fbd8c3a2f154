import { describe, expect, test } from 'vitest';
import type { ChatEvent, Events, Limit, Message } from '../api/contract';
import { callsOf, empty, isRunning, lastRun, sumOf, textOf, type Conversation } from './conversation';
import { casesOf } from './evaluation';
import { reduce, type Action } from './reducer';
import { load, save } from './storage';

const ask = (prompt: string): Action => ({ type: 'ask', prompt, caller: 'read-write' });
const event = <K extends keyof Events>(name: K, data: Events[K]): Action => ({ type: 'event', event: { event: name, data } as ChatEvent });
const play = (...actions: Action[]): Conversation => actions.reduce(reduce, empty);
const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });

const start = (traceId = 't1') => event('start', { traceId, traceUrl: null, modelName: 'Scripted model' });
const call = (id: string) => event('tool_call', { id, name: 'cancel_order', title: 'Cancel an order', arguments: { orderId: 3 }, readOnly: false, destructive: true });
const called = (id: string) => event('message', { role: 'assistant', parts: [{ type: 'tool_call', id, name: 'cancel_order', arguments: { orderId: 3 } }] });
const labelled = (value: string) => `<data id="000000000000">\n${value}\n</data id="000000000000">`;
const result = (id: string, text = 'ok') => event('tool_result', { id, name: 'cancel_order', isError: false, text, modelText: labelled(text), structured: null, durationMs: 5, tokens: 1, traceUrl: null, app: null, pages: null });
const resulted = (id: string, text = 'ok') => event('message', { role: 'tool', parts: [{ type: 'tool_result', id, isError: false, text }] });
const question = (id: string) => event('confirmation', { id, name: 'cancel_order', arguments: { orderId: 3 }, message: 'Cancel order 3?', schema: null, state: 'sealed' });
const text = (delta: string) => event('text', { delta });
const said = (value: string) => event('message', { role: 'assistant', parts: [{ type: 'text', text: value }] });
const done = (reason: Events['done']['reason'], limit: Limit = 'turns') => event('done', { reason, limit: reason === 'limit' ? limit : null, detail: null });
const usage = (outputTokens: number, cost: number | null = 0.01) => event('usage', { turns: 1, toolCalls: 1, inputTokens: 10, outputTokens, cost, currency: 'USD' });

describe('An answer', () => {
  test('collects text and calls in their order, and the history holds the messages of the server verbatim', () => {
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'Done.', signature: 'kept' }] } as unknown as Message;
    const conversation = play(ask('Hi'), start(), text('Let '), text('me.'), call('c1'), called('c1'), result('c1'), resulted('c1'), text('Done.'), event('message', message), done('stop'));

    expect(lastRun(conversation)!.items.map(item => item.kind)).toEqual(['text', 'call', 'text']);
    expect(textOf(lastRun(conversation)!)).toBe('Let me.\n\nDone.');
    expect(conversation.history[0]).toEqual(user('Hi'));
    expect(conversation.history[3]).toBe(message);
    expect(lastRun(conversation)!.end).toEqual({ kind: 'finished', detail: null });
  });

  test('ignores events that it does not know', () => {
    expect(play(ask('Hi'), { type: 'event', event: { event: 'future', data: {} } as unknown as ChatEvent }).runs).toHaveLength(1);
  });

  test('keeps the last usage of each post and adds the posts', () => {
    const conversation = play(ask('Hi'), start(), usage(1), usage(5), question('c1'), done('confirmation'),
      { type: 'answer', id: 'c1', isAccepted: true }, start('t2'), usage(7), done('stop'));
    expect(sumOf(lastRun(conversation)!.usages)).toMatchObject({ turns: 2, outputTokens: 12, cost: 0.02 });
    expect(lastRun(conversation)!.traces.map(trace => trace.id)).toEqual(['t1', 't2']);
  });

  test('has no cost if one post does not know its cost', () => {
    expect(sumOf(lastRun(play(ask('Hi'), start(), usage(1), start('t2'), usage(1, null)))!.usages)!.cost).toBeNull();
  });

  test('says which limit it reached', () => {
    expect(lastRun(play(ask('Hi'), done('limit')))!.end).toEqual({ kind: 'limit', limit: 'turns', detail: null });
  });
});

describe('A confirmation', () => {
  const asked = [ask('Cancel 3'), start(), call('c1'), called('c1'), question('c1'), done('confirmation')];

  test('waits for the person', () => {
    const conversation = play(...asked);
    expect(isRunning(conversation)).toBe(false);
    expect(conversation.questions).toHaveLength(1);
    expect(callsOf(lastRun(conversation)!)[0]!.state).toBe('asking');
  });

  test('continues the same run, without a second card for the call', () => {
    const conversation = play(...asked, { type: 'answer', id: 'c1', isAccepted: false }, start('t2'), call('c1'), result('c1', 'Declined.'), resulted('c1', 'Declined.'), done('stop'));
    expect(callsOf(lastRun(conversation)!)).toHaveLength(1);
    expect(callsOf(lastRun(conversation)!)[0]).toMatchObject({ state: 'finished', isDeclined: true });
    expect(conversation.questions).toEqual([]);
    expect(conversation.history).toHaveLength(3);
  });
});

describe('After an interruption', () => {
  test('a retry repeats the question and drops the half answer', () => {
    const conversation = play(ask('Hi'), start(), text('Half an ans'), { type: 'cut' }, { type: 'retry' });
    expect(conversation.history).toEqual([user('Hi')]);
    expect(lastRun(conversation)!.items).toEqual([]);
    expect(isRunning(conversation)).toBe(true);
  });

  test('a call without a result gets one, so that the model knows that it may have happened', () => {
    const conversation = play(ask('Cancel 3'), start(), call('c1'), { type: 'cut' }, { type: 'retry' });
    expect(conversation.history.map(message => message.role)).toEqual(['user', 'assistant', 'tool']);
    expect(conversation.history[2]!.parts[0]).toMatchObject({ type: 'tool_result', id: 'c1', isError: true });
    expect(callsOf(lastRun(conversation)!)[0]!.state).toBe('interrupted');
  });

  test('a call that was never shown gets a result too', () => {
    const conversation = play(ask('Cancel 3'), start(), called('c1'), { type: 'cut' }, ask('And?'));
    expect(conversation.history.map(message => message.role)).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  test('a retry takes back an answer that was complete, because no model continues after its own words', () => {
    const conversation = play(ask('Hi'), start(), call('c1'), called('c1'), result('c1'), resulted('c1'), text('Done.'), said('Done.'), { type: 'cut' }, { type: 'retry' });
    expect(conversation.history.map(message => message.role)).toEqual(['user', 'assistant', 'tool']);
    expect(lastRun(conversation)!.items.map(item => item.kind)).toEqual(['call']);
  });

  test('a result that arrived before its message is kept as the model would have read it', () => {
    const conversation = play(ask('Cancel 3'), start(), call('c1'), called('c1'), result('c1', 'Cancelled.'), { type: 'cut' }, { type: 'retry' });
    expect(conversation.history.at(-1)).toEqual({ role: 'tool', parts: [{ type: 'tool_result', id: 'c1', isError: false, text: labelled('Cancelled.') }] });
  });

  test.each([
    ['toolCalls', /^Not executed/u],
    ['tokens', /^Not executed/u], // the answer was cut off
    ['seconds', /It is not known whether/u],
  ] as const)('a call without a result after the limit %s says whether it was made', (limit, told) => {
    const conversation = play(ask('Cancel 3'), start(), call('c1'), called('c1'), done('limit', limit), ask('And?'));
    expect(conversation.history[2]!.parts[0]).toMatchObject({ type: 'tool_result', id: 'c1', isError: true, text: expect.stringMatching(told) });
  });

  test('the next question keeps what the person has read', () => {
    const conversation = play(ask('Hi'), start(), text('Half'), { type: 'stop' }, ask('Go on'));
    expect(conversation.history).toEqual([user('Hi'), { role: 'assistant', parts: [{ type: 'text', text: 'Half' }] }, user('Go on')]);
  });

  test('a finished run is not completed twice', () => {
    const conversation = play(ask('Hi'), start(), call('c1'), called('c1'), result('c1'), resulted('c1'), text('Done.'), said('Done.'), done('stop'), ask('And now?'));
    expect(conversation.history.map(message => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
  });

  test('a cut of the connection takes back the questions', () => {
    expect(play(ask('Cancel 3'), call('c1'), question('c1'), { type: 'cut' }).questions).toEqual([]);
  });

  test('the error of the server stays when the stream ends after it', () => {
    const problem = { title: 'Overloaded', detail: null, status: 529, retryable: true };
    expect(lastRun(play(ask('Hi'), event('error', problem), done('error'), { type: 'cut' }))!.end).toEqual({ kind: 'failed', problem });
  });
});

describe('A reload', () => {
  const storage = () => {
    const values = new Map<string, string>();
    return { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value), removeItem: (key: string) => void values.delete(key) } as unknown as Storage;
  };

  test('brings the conversation and an open question back', () => {
    const kept = storage();
    const conversation = play(ask('Cancel 3'), start(), call('c1'), called('c1'), question('c1'), done('confirmation'));
    expect(save(kept, { conversation, model: 'scripted', caller: 'read-write' })).toBe(true);
    expect(load(kept)).toMatchObject({ conversation, model: 'scripted', caller: 'read-write' });
  });

  test('in the middle of an answer offers to retry', () => {
    const kept = storage();
    save(kept, { conversation: play(ask('Hi'), start(), text('Half')), model: null, caller: null });
    expect(lastRun(load(kept).conversation)!.end).toMatchObject({ kind: 'failed', problem: { retryable: true } });
  });

  test('starts anew without a conversation', () => {
    expect(load(storage()).conversation).toEqual(empty);
  });

  test('says if the browser has no room for it', () => {
    const full = { setItem: () => { throw new DOMException('full', 'QuotaExceededError'); }, removeItem: () => {} } as unknown as Storage;
    expect(save(full, { conversation: empty, model: null, caller: null })).toBe(false);
  });
});

test('A case of the evaluations has the prompt, the calls, and room for what the answer must contain', () => {
  expect(casesOf(play(ask('Cancel 3'), start(), call('c1'), called('c1'), result('c1'), resulted('c1'), done('stop')))).toEqual([
    { prompt: 'Cancel 3', caller: 'read-write', toolCalls: [{ name: 'cancel_order', arguments: { orderId: 3 } }], mustContain: [] },
  ]);
});

test('A case of a follow-up has the messages before it', () => {
  const conversation = play(ask('Show order 3'), start(), said('It is pending.'), done('stop'), ask('Who ordered it?'), start(), said('Carla.'), done('stop'));
  expect(casesOf(conversation).map(each => each.earlier)).toEqual([undefined, [user('Show order 3'), { role: 'assistant', parts: [{ type: 'text', text: 'It is pending.' }] }]]);
});

test('A case leaves out how the model read the pages of a long result', () => {
  const read = event('tool_call', { id: 'p1', name: 'read_result_page', title: null, arguments: { resultId: 'r1', page: 2 }, readOnly: true, destructive: false });
  expect(casesOf(play(ask('List'), start(), read, done('stop')))[0]!.toolCalls).toEqual([]);
});

test.each([[true, 'accept'], [false, 'decline']])('A case says how the person answered a confirmation', (isAccepted, confirmation) => {
  const asked = play(ask('Cancel 3'), start(), call('c1'), called('c1'), question('c1'), done('confirmation'), { type: 'answer', id: 'c1', isAccepted }, start('t2'), result('c1'), resulted('c1'), done('stop'));
  expect(casesOf(asked)).toEqual([
    { prompt: 'Cancel 3', caller: 'read-write', toolCalls: [{ name: 'cancel_order', arguments: { orderId: 3 } }], confirmation, mustContain: [] },
  ]);
});
