import { useEffect, useRef, useState } from 'preact/hooks';
import { callsOf, isRunning, lastRun } from './conversation';
import { save, type Saved } from './storage';
import { throttled } from './throttled';

/** While text streams in, saving the whole conversation for each piece would cost more than showing it. */
const pause = 500;

/** Keeps the conversation over a reload. Returns false if the browser has no room for it. */
export function useSaving(saved: Saved): boolean {
  const [isKept, setKept] = useState(true);
  const latest = useRef(saved);
  latest.current = saved;
  const [saving] = useState(() => throttled(() => setKept(save(sessionStorage, latest.current)), pause));
  const milestone = milestoneOf(saved);

  useEffect(saving.soon, [saved.conversation, saved.model, saved.caller]);

  // A call can have changed something: a reload right after it must not forget it.
  useEffect(saving.now, [milestone]);

  useEffect(() => {
    addEventListener('pagehide', saving.now);
    return () => removeEventListener('pagehide', saving.now);
  }, []);

  return isKept;
}

/** Changes with each call, result, message and end. */
function milestoneOf({ conversation }: Saved): string {
  const run = lastRun(conversation);
  return [
    conversation.runs.length, conversation.history.length, conversation.questions.length, isRunning(conversation),
    run ? callsOf(run).map(call => call.state).join() : '',
  ].join('/');
}
