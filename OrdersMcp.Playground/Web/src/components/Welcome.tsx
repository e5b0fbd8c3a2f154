import type { Settings } from '../api/contract';
import { Icon } from './Icon';

export function Welcome({ settings, onAsk }: { settings: Settings; onAsk(prompt: string): void }) {
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <h2 id="welcome-title">Ask about your orders</h2>
      <p class="lead">A model answers with the tools of the MCP server. You see each call, what it returned and its trace.</p>
      {settings.notice && <p class="notice"><Icon name="info" /><span>{settings.notice}</span></p>}
      {settings.examples.length > 0 && (
        <>
          <h3 class="hidden">Examples</h3>
          <ul class="examples">
            {settings.examples.map(example => (
              <li key={example.title}>
                <button type="button" onClick={() => onAsk(example.prompt)}>
                  <strong>{example.title}</strong>
                  <span>{example.prompt}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
