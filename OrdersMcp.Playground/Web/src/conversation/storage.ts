import { empty, isRunning, type Conversation } from './conversation';
import { reduce } from './reducer';

const key = 'playground-conversation';
const format = 2;

/** What a tab keeps over a reload. It ends with the tab, and never leaves the browser except in a question. */
export interface Saved {
  conversation: Conversation;
  model: string | null;
  caller: string | null;
}

export function load(storage: Storage): Saved {
  const text = storage.getItem(key);
  const saved = text === null ? null : JSON.parse(text) as Saved & { format: number };
  if (saved?.format !== format) {
    return { conversation: empty, model: null, caller: null };
  }

  const { conversation } = saved;
  return {
    ...saved,
    conversation: isRunning(conversation)
      ? reduce(conversation, {
        type: 'cut', problem: { title: 'The page was reloaded', detail: 'The answer was not complete yet.', retryable: true },
      })
      : conversation,
  };
}

/** Forgets the conversation. */
export const forget = (storage: Storage): void => storage.removeItem(key);

/** Whether the conversation is kept: the browser sets a limit of about 5 MB. */
export function save(storage: Storage, saved: Saved): boolean {
  try {
    storage.setItem(key, JSON.stringify({ format, ...saved }));
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') {
      forget(storage);
      return false;
    }

    throw error;
  }
}
