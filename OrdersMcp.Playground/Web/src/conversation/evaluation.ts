import type { JsonObject } from '../api/contract';
import { callsOf, type Conversation, type Run } from './conversation';

/** A case of the evaluations in evals/. `mustContain` is for the person to fill in. */
export interface EvaluationCase {
  prompt: string;
  caller: string;
  toolCalls: { name: string; arguments: JsonObject }[];
  confirmation?: 'accept' | 'decline';
  mustContain: string[];
}

export const casesOf = (conversation: Conversation): EvaluationCase[] => conversation.runs.map(run => ({
  prompt: run.prompt,
  caller: run.caller,
  toolCalls: callsOf(run).map(call => ({ name: call.name, arguments: call.arguments })),
  ...confirmationOf(run),
  mustContain: [],
}));

/** A case has one answer for all its questions. */
function confirmationOf(run: Run): Pick<EvaluationCase, 'confirmation'> {
  const asked = callsOf(run).filter(call => call.isDeclined !== undefined);
  return asked.length === 0 ? {} : { confirmation: asked.some(call => call.isDeclined) ? 'decline' : 'accept' };
}
