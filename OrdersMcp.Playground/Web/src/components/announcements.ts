import { callsOf, textOf, type Conversation, type Run } from '../conversation/conversation';
import { labelOf } from '../results/shape';

const longest = 1000;

/** What a screen reader says about the last run. One message at a time: streaming text would never end. */
export function announcementOf(conversation: Conversation): string {
  const run = conversation.runs.at(-1);
  if (!run) {
    return '';
  }

  if (run.end) {
    return endOf(run);
  }

  const call = callsOf(run).findLast(each => each.state === 'running');
  return conversation.questions.length > 0 ? 'Waiting for your answer.'
    : call ? `Running: ${call.title ?? labelOf(call.name)}.`
    : 'The model is answering.';
}

function endOf(run: Run): string {
  const end = run.end!;
  switch (end.kind) {
    case 'finished':
      return `Answer: ${textOf(run).slice(0, longest)}`;
    case 'stopped':
      return 'You stopped the answer.';
    case 'limit':
      return `A limit was reached. ${end.detail ?? ''}`;
    case 'failed':
      return `Error: ${end.problem.title}. ${end.problem.detail ?? ''}`;
  }
}
