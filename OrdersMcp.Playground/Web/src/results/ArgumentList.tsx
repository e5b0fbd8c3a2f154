import type { JsonObject } from '../api/contract';
import { isObject } from './shape';

/** Every argument of a call with its exact value: what the person confirms is what the server gets. */
export function ArgumentList({ values }: { values: JsonObject }) {
  const entries = Object.entries(values);
  if (entries.length === 0) {
    return <p class="muted">No arguments</p>;
  }

  return (
    <dl class="arguments">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt><code>{name}</code></dt>
          <dd>{isObject(value) || Array.isArray(value)
            ? <pre tabIndex={0} aria-label={name}>{JSON.stringify(value, null, 2)}</pre>
            : typeof value === 'string' ? value : <code>{JSON.stringify(value)}</code>}</dd>
        </div>
      ))}
    </dl>
  );
}
