export interface Throttled {
  /** Acts within the pause, however often it is asked. */
  soon(): void;
  /** Acts at once. */
  now(): void;
}

/** Limits how often something is done, without putting it off while it is asked for again and again. */
export function throttled(act: () => void, pause: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    act();
  };
  return {
    soon() {
      timer ??= setTimeout(now, pause);
    },
    now,
  };
}
