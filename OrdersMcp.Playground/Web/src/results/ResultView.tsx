import { useState } from 'preact/hooks';
import type { Json, JsonObject, ToolResult } from '../api/contract';
import { cellOf, dataOf, formatOf, isObject, labelOf, shapeOf } from './shape';

const rowsAtFirst = 6;
const rowsAtMost = 200;

/** A result as a table, or as the text that the model reads. */
export function ResultView({ result }: { result: ToolResult }) {
  const [isRaw, setRaw] = useState(false);
  const shape = shapeOf(result.structured, result.text);
  const data = dataOf(result.structured, result.text);
  if (shape.kind === 'text') {
    return <div class={result.isError ? 'result error' : 'result'}><pre tabIndex={0} aria-label="Result">{shape.text || 'No content'}</pre></div>;
  }

  return (
    <div class={result.isError ? 'result error' : 'result'}>
      <div class="switch" role="group" aria-label="Show the result as">
        <button type="button" aria-pressed={!isRaw} onClick={() => setRaw(false)}>Table</button>
        <button type="button" aria-pressed={isRaw} onClick={() => setRaw(true)}>JSON</button>
      </div>
      {isRaw ? <pre tabIndex={0} aria-label="Result as JSON">{JSON.stringify(data, null, 2)}</pre>
        : result.isError && isObject(data) && typeof data.title === 'string' ? (
          <p class="refusal"><strong>{data.title}</strong>{typeof data.detail === 'string' && <span>{data.detail}</span>}</p>
        )
        : shape.kind === 'record' ? <Facts facts={shape.facts} />
        : (
          <>
            <Records rows={shape.rows} columns={shape.columns} />
            {shape.facts.length > 0 && <Facts facts={shape.facts} />}
          </>
        )}
      {result.pages && <p class="muted">The model reads this result in pages. Next is page {result.pages.next}.</p>}
    </div>
  );
}

function Facts({ facts }: { facts: [string, Json][] }) {
  return (
    <dl class="facts">
      {facts.toSorted(([, a], [, b]) => Number(isList(a)) - Number(isList(b))).map(([name, value]) => (
        <div key={name} class={isList(value) ? 'wide' : undefined}>
          <dt>{labelOf(name)}</dt>
          <dd>{isList(value) ? <Records rows={value} columns={[...new Set(value.flatMap(Object.keys))].slice(0, 8)} /> : cellOf(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const isList = (value: Json): value is JsonObject[] => Array.isArray(value) && value.length > 0 && value.every(isObject);

function Records({ rows, columns }: { rows: JsonObject[]; columns: string[] }) {
  const [isWhole, setWhole] = useState(false);
  if (rows.length === 0) {
    return <p class="muted">No entries</p>;
  }

  const shown = rows.slice(0, isWhole ? rowsAtMost : rowsAtFirst);
  const show = new Map(columns.map(column => [column, formatOf(rows.map(row => row[column] ?? null))]));
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label={`${rows.length} rows`}>
        <table>
          <thead><tr>{columns.map(column => <th key={column} scope="col" class={show.get(column)!.look}>{labelOf(column)}</th>)}</tr></thead>
          <tbody>
            {shown.map((row, i) => (
              <tr key={i}>{columns.map(column => <td key={column} class={show.get(column)!.look}>{show.get(column)!.text(row[column])}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > rowsAtFirst && (
        <button type="button" class="link more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? `Show the first ${rowsAtFirst} rows` : rows.length > rowsAtMost ? `Show ${rowsAtMost} of ${rows.length} rows` : `Show all ${rows.length} rows`}
        </button>
      )}
    </>
  );
}
