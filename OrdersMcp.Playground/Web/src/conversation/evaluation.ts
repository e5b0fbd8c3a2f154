import type { JsonObject, Message } from '../api/contract';
import { callsOf, type Conversation, type Run } from './conversation';

/** A case of the evaluations in evals/. `mustContain` is for the person to fill in. */
export interface EvaluationCase {
  /** The messages before the prompt, without which a follow-up makes no sense. */
  earlier?: Message[];
  prompt: string;
  caller: string;
  toolCalls: { name: string; arguments: JsonObject }[];
  confirmation?: 'accept' | 'decline';
  mustContain: string[];
}

/** The playground's own tool for long results: how many pages they have depends on its settings. */
const pageTool = 'read_result_page';

export const casesOf = (conversation: Conversation): EvaluationCase[] => conversation.runs.map(run => ({
  ...(run.start > 0 ? { earlier: conversation.history.slice(0, run.start) } : {}),
  prompt: run.prompt,
  caller: run.caller,
  toolCalls: callsOf(run).filter(call => call.name !== pageTool).map(call => ({ name: call.name, arguments: call.arguments })),
  ...confirmationOf(run),
  mustContain: [],
}));

/** A case has one answer for all its questions. */
function confirmationOf(run: Run): Pick<EvaluationCase, 'confirmation'> {
  const asked = callsOf(run).filter(call => call.isDeclined !== undefined);
  return asked.length === 0 ? {} : { confirmation: asked.some(call => call.isDeclined) ? 'decline' : 'accept' };
}
