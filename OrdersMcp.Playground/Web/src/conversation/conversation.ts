import type { JsonObject, Limit, Message, Problem, Question, ToolResult, Usage } from '../api/contract';

export interface Call {
  id: string;
  name: string;
  title: string | null;
  arguments: JsonObject;
  readOnly: boolean;
  destructive: boolean;
  state: 'running' | 'asking' | 'finished' | 'interrupted';
  isDeclined?: boolean;
  progress?: { progress: number; total: number | null; message: string | null };
  result?: ToolResult;
}

export type Item =
  | { kind: 'text'; text: string; isInHistory: boolean }
  | { kind: 'call'; call: Call };

export type End =
  | { kind: 'finished'; detail: string | null }
  | { kind: 'stopped' }
  | { kind: 'limit'; limit: Limit | null; detail: string | null }
  | { kind: 'failed'; problem: Problem };

/** What one question caused: the answer in the order in which it arrived. */
export interface Run {
  prompt: string;
  caller: string;
  /** Index of the question in the history. */
  start: number;
  items: Item[];
  traces: { id: string; url: string | null }[];
  modelName: string | null;
  /** One for each post, null until it reports: a confirmation continues a run in another post. */
  usages: (Usage | null)[];
  end: End | null;
}

export interface Conversation {
  runs: Run[];
  /** What the server receives: its own messages verbatim, between those of the person. */
  history: Message[];
  /** The open questions of the last run. The run continues when the first is answered. */
  questions: Question[];
}

export const empty: Conversation = { runs: [], history: [], questions: [] };

export const lastRun = (conversation: Conversation): Run | undefined => conversation.runs.at(-1);

export const isRunning = (conversation: Conversation): boolean => {
  const run = lastRun(conversation);
  return run !== undefined && run.end === null && conversation.questions.length === 0;
};

export const callsOf = (run: Run): Call[] => run.items.flatMap(item => item.kind === 'call' ? [item.call] : []);

export const textOf = (run: Run): string =>
  run.items.flatMap(item => item.kind === 'text' ? [item.text] : []).join('\n\n');

/** The sum of what is reported, or null. The cost is unknown as soon as one is. */
export function sumOf(usages: (Usage | null)[]): Usage | null {
  const reported = usages.filter(usage => usage !== null);
  return reported.length === 0 ? null : reported.reduce((sum, usage) => ({
    turns: sum.turns + usage.turns,
    toolCalls: sum.toolCalls + usage.toolCalls,
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cost: sum.cost === null || usage.cost === null ? null : sum.cost + usage.cost,
    currency: sum.currency ?? usage.currency,
  }));
}
