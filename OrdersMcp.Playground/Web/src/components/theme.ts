import { createContext } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const key = 'playground-theme'; // public/theme.js reads it
const system = matchMedia('(prefers-color-scheme: dark)');
const chosen = (): Theme | undefined => document.documentElement.dataset.theme as Theme | undefined;
const shown = (): Theme => chosen() ?? (system.matches ? 'dark' : 'light');

/** The theme: that of the system until the person chooses one. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(shown);

  useEffect(() => {
    const follow = () => setTheme(shown());
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, []);

  return [theme, () => {
    const next: Theme = theme === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    localStorage.setItem(key, next);
    setTheme(next);
  }];
}

export const ThemeContext = createContext<Theme>('light');
