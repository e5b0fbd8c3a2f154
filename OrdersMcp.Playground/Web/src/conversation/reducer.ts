import type { ChatEvent, Problem } from '../api/contract';
import { connectionLost } from '../api/problem';
import { empty, lastRun, type Call, type Conversation, type End, type Item, type Run } from './conversation';
import { settle, withoutLastAnswer } from './history';

export type Action =
  | { type: 'ask'; prompt: string; caller: string }
  | { type: 'event'; event: ChatEvent }
  | { type: 'answer'; id: string; isAccepted: boolean }
  | { type: 'cut'; problem?: Problem }
  | { type: 'stop' }
  | { type: 'retry' }
  | { type: 'clear' };

export function reduce(conversation: Conversation, action: Action): Conversation {
  switch (action.type) {
    case 'ask':
      return ask(settle(conversation, true), action.prompt, action.caller);
    case 'event':
      return changeRun(conversation, run => onEvent(conversation, run, action.event));
    case 'answer':
      return changeRun({ ...conversation, questions: [] }, run => ({
        run: changeCall(run, action.id, call => ({ ...call, state: 'running', isDeclined: !action.isAccepted })),
      }));
    case 'cut':
      return changeRun(conversation, run => ({
        run: run.end ? run : end(run, { kind: 'failed', problem: action.problem ?? connectionLost }),
        questions: [],
      }));
    case 'stop':
      return changeRun({ ...conversation, questions: [] }, run => ({ run: run.end ? run : end(run, { kind: 'stopped' }) }));
    case 'retry':
      return changeRun(withoutLastAnswer(settle(conversation, false)), run => ({ run: { ...run, end: null } }));
    case 'clear':
      return empty;
  }
}

function ask(conversation: Conversation, prompt: string, caller: string): Conversation {
  const run: Run = {
    prompt, caller, start: conversation.history.length, items: [], traces: [], modelName: null, usages: [], end: null,
  };
  return {
    runs: [...conversation.runs, run],
    history: [...conversation.history, { role: 'user', parts: [{ type: 'text', text: prompt }] }],
    questions: [],
  };
}

type Change = Partial<Conversation> & { run: Run };

function changeRun(conversation: Conversation, change: (run: Run) => Change): Conversation {
  const last = lastRun(conversation);
  if (!last) {
    return conversation;
  }

  const { run, ...rest } = change(last);
  return { ...conversation, ...rest, runs: [...conversation.runs.slice(0, -1), run] };
}

function onEvent(conversation: Conversation, run: Run, { event, data }: ChatEvent): Change {
  switch (event) {
    case 'start': {
      const { traceId: id, traceUrl: url } = data;
      const traces = id === null || run.traces.some(trace => trace.id === id) ? run.traces : [...run.traces, { id, url }];
      // Each post reports its own usage.
      return { run: { ...run, traces, modelName: data.modelName, usages: [...run.usages, null] } };
    }

    case 'text':
      return { run: { ...run, items: appendText(run.items, data.delta) } };
    case 'tool_call':
      return run.items.some(item => item.kind === 'call' && item.call.id === data.id)
        ? { run } // the call that the person has confirmed
        : { run: { ...run, items: [...run.items, { kind: 'call', call: { ...data, state: 'running' } }] } };
    case 'tool_progress':
      return { run: changeCall(run, data.id, call => ({ ...call, progress: data })) };
    case 'tool_result':
      return { run: changeCall(run, data.id, call => ({ ...call, state: 'finished', result: data })) };
    case 'confirmation':
      return {
        run: changeCall(run, data.id, call => ({ ...call, state: 'asking' })),
        questions: [...conversation.questions, data],
      };
    case 'message':
      return {
        run: data.role === 'assistant' ? { ...run, items: run.items.map(item => item.kind === 'text' ? { ...item, isInHistory: true } : item) } : run,
        history: [...conversation.history, data],
      };
    case 'usage':
      return { run: { ...run, usages: [...run.usages.slice(0, -1), data] } };
    case 'error':
      return { run: end(run, { kind: 'failed', problem: data }), questions: [] };
    case 'done':
      return onDone(run, data);
    default:
      return { run }; // an event of a newer server
  }
}

function onDone(run: Run, data: (ChatEvent & { event: 'done' })['data']): Change {
  if (run.end || data.reason === 'confirmation') {
    return { run };
  }

  return {
    run: end(run, data.reason === 'limit' ? { kind: 'limit', limit: data.limit, detail: data.detail }
      : data.reason === 'error' ? { kind: 'failed', problem: { title: 'The answer failed', detail: data.detail, retryable: true } }
      : { kind: 'finished', detail: data.detail }),
  };
}

function appendText(items: Item[], delta: string): Item[] {
  const last = items.at(-1);
  return last?.kind === 'text' && !last.isInHistory
    ? [...items.slice(0, -1), { ...last, text: last.text + delta }]
    : [...items, { kind: 'text', text: delta, isInHistory: false }];
}

/** Changes the call of this id. Ids are unique in a run; in a conversation a simple model may repeat them. */
const changeCall = (run: Run, id: string, change: (call: Call) => Call): Run => ({
  ...run,
  items: run.items.map(item => item.kind === 'call' && item.call.id === id ? { ...item, call: change(item.call) } : item),
});

const end = (run: Run, how: End): Run => ({
  ...run,
  end: how,
  items: run.items.map(item => item.kind === 'call' && item.call.state !== 'finished'
    ? { ...item, call: { ...item.call, state: 'interrupted' } } : item),
});
