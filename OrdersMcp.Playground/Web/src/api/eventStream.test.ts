import { expect, test } from 'vitest';
import { EventStreamParser, longestEvent, readEvents } from './eventStream';

const stream = ': keep-alive\n\nevent: text\ndata: {"delta":"Grüße 🙂"}\n\nevent: done\r\ndata: a\r\ndata: b\r\n\r\ndata:no name\n\n';
const expected = [
  { event: 'text', data: '{"delta":"Grüße 🙂"}' },
  { event: 'done', data: 'a\nb' },
  { event: 'message', data: 'no name' },
];

test('Events are the same however the stream is cut', async () => {
  const bytes = new TextEncoder().encode(stream);
  for (let size = 1; size <= bytes.length; size++) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) {
          controller.enqueue(bytes.slice(i, i + size));
        }

        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body)) {
      events.push(event);
    }

    expect(events).toEqual(expected);
  }
});

test('A byte order mark and unknown fields are ignored', () => {
  expect(new EventStreamParser().push('\uFEFFid: 1\nretry: 5\nother\nevent: x\ndata: y\n\n')).toEqual([{ event: 'x', data: 'y' }]);
});

test('An event without its end is not an event', () => {
  expect(new EventStreamParser().push('event: done\ndata: {}\n')).toEqual([]);
});

test('An event without data is not an event, and its name does not leak into the next', () => {
  expect(new EventStreamParser().push('event: done\n\ndata: {}\n\n')).toEqual([{ event: 'message', data: '{}' }]);
});

test('An endless event is refused', () => {
  const parser = new EventStreamParser();
  const piece = 'x'.repeat(longestEvent / 4);
  expect(() => {
    for (let i = 0; i < 6; i++) {
      parser.push(i === 0 ? `data: ${piece}` : piece);
    }
  }).toThrow(RangeError);
});
