import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import { chat } from '../api/client';
import type { Answer, ChatEvent } from '../api/contract';
import { problemOf } from '../api/problem';
import { isRunning, lastRun, type Conversation } from './conversation';
import { reduce, type Action } from './reducer';

export interface Chat {
  conversation: Conversation;
  ask(prompt: string): void;
  answer(answer: Answer): void;
  stop(): void;
  retry(): void;
  clear(): void;
}

/** Runs the conversation: posts it, and reduces the events that come back. One run at a time. */
export function useChat(initial: Conversation, model: string, caller: string, longestSeconds: number): Chat {
  const [conversation, setState] = useReducer((_: Conversation, next: Conversation) => next, initial);
  const current = useRef(initial);
  const running = useRef<AbortController | null>(null);

  // The next action builds on this one at once, not on the state of the last rendering.
  const dispatch = useCallback((...actions: Action[]) => {
    current.current = actions.reduce(reduce, current.current);
    setState(current.current);
  }, []);

  const run = useCallback(async (confirmation?: Answer) => {
    running.current?.abort(); // a failed run, whose stream is not at its end yet
    const abort = running.current = new AbortController();
    const isCurrent = () => running.current === abort;
    const stream = batched(events => {
      if (isCurrent()) {
        dispatch(...events.map(event => ({ type: 'event', event }) as const));
      }
    });
    let hasStarted = false;
    let isDone = false;
    try {
      const { caller, history } = { ...lastRun(current.current)!, ...current.current };
      for await (const event of chat({ model, caller, messages: history, confirmation }, longestSeconds, abort.signal)) {
        hasStarted = true;
        isDone ||= event.event === 'done' || event.event === 'error';
        stream.add(event);
      }

      stream.flush();
      if (isCurrent() && (!isDone || isRunning(current.current))) {
        dispatch({ type: 'cut' });
      }
    } catch (error) {
      stream.flush();
      if (isCurrent()) {
        dispatch({ type: 'cut', problem: isLost(error, hasStarted) ? undefined : problemOf(error) });
      }
    } finally {
      stream.dispose();
      if (isCurrent()) {
        running.current = null;
      }
    }
  }, [model, longestSeconds, dispatch]);

  const stop = useCallback(() => {
    const abort = running.current;
    running.current = null;
    abort?.abort();
  }, []);

  useEffect(() => stop, [stop]);

  return {
    conversation,
    ask(prompt) {
      dispatch({ type: 'ask', prompt, caller });
      void run();
    },
    answer(answer) {
      dispatch({ type: 'answer', id: answer.id!, isAccepted: answer.action === 'accept' });
      void run(answer);
    },
    stop() {
      stop();
      dispatch({ type: 'stop' });
    },
    retry() {
      dispatch({ type: 'retry' });
      void run();
    },
    clear() {
      stop();
      dispatch({ type: 'clear' });
    },
  };
}

/** Whether the connection broke or fell silent, as opposed to one that never was. */
const isLost = (error: unknown, hasStarted: boolean) =>
  (error instanceof DOMException && error.name === 'AbortError') || (hasStarted && error instanceof TypeError);

export const isAskable = (conversation: Conversation): boolean => {
  const run = lastRun(conversation);
  return run === undefined || run.end !== null;
};

/** Collects events until the next frame, so that a fast model does not render the page for each token. */
function batched(apply: (events: ChatEvent[]) => void) {
  let events: ChatEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (events.length > 0) {
      const batch = events;
      events = [];
      apply(batch);
    }
  };
  return {
    // Not requestAnimationFrame: it stands still in a tab in the background.
    add(event: ChatEvent) {
      events.push(event);
      timer ??= setTimeout(flush, 30);
    },
    flush,
    dispose() {
      clearTimeout(timer);
      events = [];
    },
  };
}
