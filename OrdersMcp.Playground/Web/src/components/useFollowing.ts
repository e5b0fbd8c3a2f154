import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

const near = 120;

/** Keeps the end of the page in view while its content grows, unless the person scrolls up to read. */
export function useFollowing(content: RefObject<HTMLElement | null>, isEmpty: boolean) {
  const [isFollowing, setFollowing] = useState(true);
  const wanted = useRef(true);

  useEffect(() => {
    let before = document.documentElement.scrollTop;
    const measure = () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      const isNear = scrollHeight - clientHeight - scrollTop < near;
      // Content that grows leaves the end behind too. Only the person scrolls up.
      wanted.current = isNear || (wanted.current && scrollTop >= before);
      before = scrollTop;
      setFollowing(wanted.current);
    };
    addEventListener('scroll', measure, { passive: true });
    return () => removeEventListener('scroll', measure);
  }, []);

  const follow = useCallback(() => {
    wanted.current = true;
    setFollowing(true);
    scrollTo({ top: document.documentElement.scrollHeight });
  }, []);

  useEffect(() => {
    if (isEmpty) {
      return;
    }

    // Apps grow too, after their call is finished.
    const observer = new ResizeObserver(() => wanted.current && follow());
    observer.observe(content.current!);
    return () => observer.disconnect();
  }, [isEmpty]);

  return { isFollowing, follow };
}
