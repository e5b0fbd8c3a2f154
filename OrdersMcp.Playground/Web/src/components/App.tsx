import { useEffect, useState } from 'preact/hooks';
import { loadSettings } from '../api/client';
import type { Problem, Settings } from '../api/contract';
import { problemOf } from '../api/problem';
import { ErrorBoundary } from './ErrorBoundary';
import { Icon } from './Icon';
import { Playground } from './Playground';

/** Loads what the server offers, then shows the playground. */
export function App() {
  const [settings, setSettings] = useState<Settings>();
  const [problem, setProblem] = useState<Problem>();
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    const abort = new AbortController();
    loadSettings(abort.signal).then(setSettings, (error: unknown) => abort.signal.aborted || setProblem(problemOf(error)));
    return () => abort.abort();
  }, [attempt]);

  if (settings) {
    return <ErrorBoundary><Playground settings={settings} /></ErrorBoundary>;
  }

  return (
    <main class="main start" aria-busy={!problem}>
      <h1 class="hidden">Orders playground</h1>
      {problem && (
        <div class="problem" role="alert">
          <Icon name="warning" />
          <div>
            <p><strong>{problem.title}</strong></p>
            {problem.detail && <p>{problem.detail}</p>}
            <button type="button" class="button" onClick={() => { setProblem(undefined); setAttempt(attempt + 1); }}><Icon name="retry" size={16} />Try again</button>
          </div>
        </div>
      )}
    </main>
  );
}
