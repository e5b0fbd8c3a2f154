import type { Answer, ChatEvent, ChatRequest, Json, JsonObject, Question, Settings } from './contract';
import { readEvents } from './eventStream';
import { ProblemError, readProblem } from './problem';

/** Added to the time that a run may take. After that, silence is a dead connection. */
const grace = 20;

async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...init, cache: 'no-store', redirect: 'error' });
  if (!response.ok) {
    throw new ProblemError(await readProblem(response));
  }

  return response;
}

const post = (path: string, body: unknown, accept: string, signal: AbortSignal) => request(path, {
  method: 'POST', headers: { 'Content-Type': 'application/json', Accept: accept }, body: JSON.stringify(body), signal,
});

export const loadSettings = async (signal: AbortSignal): Promise<Settings> =>
  await (await request('settings', { headers: { Accept: 'application/json' }, signal })).json() as Settings;

/** The events of one post. They end without `done` if the connection was cut. */
export async function* chat(body: ChatRequest, longestSeconds: number, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  const silence = new AbortController();
  const wait = () => setTimeout(() => silence.abort(), (longestSeconds + grace) * 1000);
  let timer = wait();
  try {
    const response = await post('chat/stream', body, 'text/event-stream', AbortSignal.any([signal, silence.signal]));
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        clearTimeout(timer);
        timer = wait();
        controller.enqueue(bytes);
      },
    });
    for await (const { event, data } of readEvents(response.body!.pipeThrough(heard))) {
      yield { event, data: JSON.parse(data) as unknown } as ChatEvent;
    }
  } finally {
    clearTimeout(timer);
  }
}

export interface ExecutedTool {
  isError: boolean;
  text: string;
  structured?: Json;
}

export interface ToolExecution {
  name: string;
  arguments: JsonObject;
  caller?: string;
}

/**
 * Calls a tool without a model. If the server wants a confirmation, asks the person by <code>ask</code> and repeats the call
 * with the answer.
 */
export async function executeTool(
  call: ToolExecution, ask: (question: Question) => Promise<Answer>, signal: AbortSignal): Promise<ExecutedTool> {
  const send = async (confirmation?: Answer) =>
    await (await post('tools/execute', { ...call, confirmation }, 'application/json', signal)).json() as ExecutedTool;
  try {
    return await send();
  } catch (error) {
    const question = error instanceof ProblemError ? questionIn(error.problem, call) : undefined;
    if (!question) {
      throw error;
    }

    return await send(await ask(question));
  }
}

function questionIn(problem: object, call: ToolExecution): Question | undefined {
  const { status, type, state, message, question, detail, schema } = problem as Record<string, unknown>;
  return status === 409 && typeof type === 'string' && type.endsWith('confirmation-required') && typeof state === 'string'
    ? { id: '', name: call.name, arguments: call.arguments, state, schema: (schema ?? null) as Json, message: [message, question, detail].find(text => typeof text === 'string') as string ?? '' }
    : undefined;
}

export interface ToolSummary {
  name: string;
  title: string | null;
  readOnly: boolean;
  destructive: boolean;
}

export const loadTools = async (caller: string, signal: AbortSignal): Promise<ToolSummary[]> => {
  const response = await request(`tools?${new URLSearchParams({ caller })}`, { headers: { Accept: 'application/json' }, signal });
  return (await response.json() as { tools: ToolSummary[] }).tools;
};
