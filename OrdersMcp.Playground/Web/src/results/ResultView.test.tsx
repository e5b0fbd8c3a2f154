import { render } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { ResultView } from './ResultView';

const list = (length: number) => render(
  <ResultView
    result={{
      id: 'c1', name: 'list_orders', isError: false, text: '', modelText: '', durationMs: 1, tokens: 1, traceUrl: null, app: null, pages: null,
      structured: { items: Array.from({ length }, (_, i) => ({ id: i })) },
    }}
  />);

test.each([
  [7, 'Show all 7 rows'],
  [200, 'Show all 200 rows'],
  [5000, 'Show 200 of 5000 rows'],
])('The button of a list of %d rows says how many it shows', (length, text) => expect(list(length)).toContain(text));
