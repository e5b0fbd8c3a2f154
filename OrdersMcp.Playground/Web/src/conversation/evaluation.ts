import type { JsonObject } from '../api/contract';
import { callsOf, type Conversation } from './conversation';

/** A case of the evaluations in evals/. `mustContain` is for the person to fill in. */
export interface EvaluationCase {
  prompt: string;
  caller: string;
  toolCalls: { name: string; arguments: JsonObject }[];
  mustContain: string[];
}

export const casesOf = (conversation: Conversation): EvaluationCase[] => conversation.runs.map(run => ({
  prompt: run.prompt,
  caller: run.caller,
  toolCalls: callsOf(run).map(call => ({ name: call.name, arguments: call.arguments })),
  mustContain: [],
}));
