import type { Message, Part } from '../api/contract';
import { callsOf, lastRun, type Conversation, type Run } from './conversation';

const notExecuted = 'Not executed: the answer ended at a limit before it.';
const unknownResult = 'The connection ended before the result arrived. It is not known whether the call took effect: check before you repeat it.';

/**
 * Completes the history after an interrupted run: models refuse a call without a result, and must not forget a call that may
 * have changed something.
 */
export function settle(conversation: Conversation, withUnfinishedText: boolean): Conversation {
  const run = lastRun(conversation);
  if (!run) {
    return conversation;
  }

  const since = conversation.history.slice(run.start);
  // The server looks at its limits before it makes the calls of a turn. Only the time can run out in the middle of them.
  const unknown = run.end?.kind === 'limit' && run.end.limit !== 'seconds' ? notExecuted : unknownResult;
  const called = idsOf(since, 'tool_call');
  const answered = idsOf(since, 'tool_result');
  const said: Part[] = run.items.flatMap((item): Part[] => item.kind === 'text'
    ? !item.isInHistory && withUnfinishedText ? [{ type: 'text', text: item.text }] : []
    : called.has(item.call.id) ? []
    : [{ type: 'tool_call', id: item.call.id, name: item.call.name, arguments: item.call.arguments }]);
  const results = [...new Set([...called, ...callsOf(run).map(call => call.id)])].filter(id => !answered.has(id)).map((id): Part => {
    const result = callsOf(run).find(call => call.id === id)?.result;
    return { type: 'tool_result', id, isError: result?.isError ?? true, text: result?.modelText ?? unknown };
  });
  const added: Message[] = [];
  if (said.length > 0) {
    added.push({ role: 'assistant', parts: said });
  }

  if (results.length > 0) {
    added.push({ role: 'tool', parts: results });
  }

  const settled: Run = {
    ...run,
    items: run.items
      .filter(item => item.kind !== 'text' || item.isInHistory || withUnfinishedText)
      .map(item => item.kind === 'text' ? { ...item, isInHistory: true } : item),
  };
  return { ...conversation, runs: [...conversation.runs.slice(0, -1), settled], history: [...conversation.history, ...added] };
}

/** Takes back the last answer, so that the model gives it again: no model continues after its own words. */
export function withoutLastAnswer(conversation: Conversation): Conversation {
  const run = lastRun(conversation);
  const last = conversation.history.at(-1);
  if (!run || last?.role !== 'assistant' || last.parts.some(part => part.type === 'tool_call')) {
    return conversation;
  }

  const kept = run.items.slice(0, run.items.findLastIndex(item => item.kind === 'call') + 1);
  return { ...conversation, runs: [...conversation.runs.slice(0, -1), { ...run, items: kept }], history: conversation.history.slice(0, -1) };
}

const idsOf = (messages: Message[], type: 'tool_call' | 'tool_result') =>
  new Set(messages.flatMap(message => message.parts).flatMap(part => part.type === type ? [part.id] : []));
