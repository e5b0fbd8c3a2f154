// The contract with the server: GET /settings, POST /chat/stream, POST /tools/execute.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export interface ModelChoice {
  id: string;
  name: string;
}

export interface CallerChoice {
  id: string;
  name: string;
  description: string;
}

export interface Example {
  title: string;
  prompt: string;
}

export interface Settings {
  models: ModelChoice[];
  defaultModel: string;
  callers: CallerChoice[];
  defaultCaller: string;
  examples: Example[];
  limits: { seconds: number };
  dashboardUrl?: string | null;
  notice?: string | null;
}

export type Part =
  | { type: 'text'; text: string }
  | { type: 'tool_call'; id: string; name: string; arguments: JsonObject }
  | { type: 'tool_result'; id: string; isError: boolean; text: string };

/** A message of the history. The page sends what it received, with members that it does not know. */
export interface Message {
  role: 'user' | 'assistant' | 'tool';
  parts: Part[];
}

export interface Answer {
  id?: string;
  action: 'accept' | 'decline';
  content?: JsonObject;
  state: string;
}

export interface ChatRequest {
  model?: string;
  caller?: string;
  messages: Message[];
  confirmation?: Answer;
}

export interface ToolResult {
  id: string;
  name: string;
  isError: boolean;
  text: string;
  /** What the model reads: labelled as data, and only the first page of a long result. */
  modelText: string;
  structured: Json;
  durationMs: number;
  tokens: number;
  traceUrl: string | null;
  app: { uri: string } | null;
  pages: { next: number } | null;
}

export interface Question {
  id: string;
  name: string;
  arguments: JsonObject;
  message: string;
  schema: Json;
  state: string;
}

export interface Problem {
  title: string;
  detail?: string | null;
  status?: number;
  retryable: boolean;
}

export type Limit = 'turns' | 'toolCalls' | 'tokens' | 'seconds' | 'cost';

export interface Usage {
  turns: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  currency: string | null;
}

export interface Events {
  start: { traceId: string | null; traceUrl: string | null; modelName: string };
  text: { delta: string };
  tool_call: { id: string; name: string; title: string | null; arguments: JsonObject; readOnly: boolean; destructive: boolean };
  tool_progress: { id: string; progress: number; total: number | null; message: string | null };
  tool_result: ToolResult;
  confirmation: Question;
  message: Message;
  usage: Usage;
  error: Problem;
  done: { reason: 'stop' | 'confirmation' | 'limit' | 'error'; limit: Limit | null; detail: string | null };
}

export type ChatEvent = { [K in keyof Events]: { event: K; data: Events[K] } }[keyof Events];
