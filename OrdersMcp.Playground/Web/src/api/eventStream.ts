// Parses server-sent events as the HTML standard says (9.2.6 Interpreting an event stream). EventSource cannot POST.

export interface ServerEvent {
  event: string;
  data: string;
}

/** An event may not be longer than this, in characters: a server that never ends one would fill the memory. */
export const longestEvent = 16 * 1024 * 1024;

/** Takes the stream in pieces, cut anywhere, and returns the events that a piece completes. */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #length = 0;
  #isFirst = true;

  push(piece: string): ServerEvent[] {
    if (this.#isFirst && piece !== '') {
      this.#isFirst = false;
      piece = piece.replace(/^\uFEFF/u, '');
    }

    const events: ServerEvent[] = [];
    let text = this.#rest + piece;
    // A CR at the end may be the first half of CRLF. It waits for the next piece.
    const half = text.endsWith('\r') ? '\r' : '';
    text = half ? text.slice(0, -1) : text;
    const lines = text.split(/\r\n|\n|\r/u);
    this.#rest = lines.pop()! + half;
    for (const line of lines) {
      const event = this.#line(line);
      if (event) {
        events.push(event);
      }
    }

    if (this.#length + this.#rest.length > longestEvent) {
      throw new RangeError(`An event is longer than ${longestEvent} characters.`);
    }

    return events;
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') {
      const event = this.#data.length > 0 ? { event: this.#event || 'message', data: this.#data.join('\n') } : undefined;
      this.#event = '';
      this.#data = [];
      this.#length = 0;
      return event;
    }

    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /u, '');
    if (field === 'data') {
      this.#data.push(value);
      this.#length += value.length;
      if (this.#length > longestEvent) {
        throw new RangeError(`An event is longer than ${longestEvent} characters.`);
      }
    } else if (field === 'event') {
      this.#event = value;
    }

    return undefined;
  }
}

/** The events of a response body. An event that its stream cut in the middle is not one. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    yield* parser.push(decoder.decode(bytes, { stream: true }));
  }
}
