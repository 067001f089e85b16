/**
 * A reader of streams over a real socket, that takes frames apart as the HTML standard says. It asks for what a test
 * wants to see, and waits for it.
 */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export type Frame = {
  readonly event: string;
  /** Last seen up to and with this frame; '' before the first. */
  readonly id: string;
  readonly data: string;
};

export type StreamReader = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Frames with data, in their order. */
  readonly frames: readonly Frame[];
  /** Of everything received. */
  lastEventId(): string;
  text(): string;
  /** Resolves with the first value that is not undefined, asked again after each arrival; rejects after 30 s. */
  until<T>(what: string, probe: () => T | undefined): Promise<T>;
  readonly ended: Promise<void>;
  pause(): void;
  resume(): void;
  /** Cuts the connection. */
  cut(): void;
};

const WAIT_MS = 30_000;

export async function readStream(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
  const sent: ClientRequest = request(url, { headers, agent: false });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  const parser = createParser();
  const arrivals = new EventTarget();
  let text = '';
  const arrived = () => arrivals.dispatchEvent(new Event('arrival'));
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    parser.push(chunk);
    arrived();
  });
  const ended = new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.on('error', () => undefined);
    sent.on('error', () => undefined);
  });
  void ended.then(arrived);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    frames: parser.frames,
    lastEventId: parser.lastEventId,
    text: () => text,
    ended,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    cut: () => sent.destroy(),
    async until(what, probe) {
      const deadline = AbortSignal.timeout(WAIT_MS);
      for (;;) {
        const found = probe();
        if (found !== undefined) return found;
        try {
          await once(arrivals, 'arrival', { signal: deadline });
        } catch (cause) {
          throw new Error(`not within ${WAIT_MS} ms: ${what}; received: ${text.slice(-2_000)}`, { cause });
        }
      }
    },
  };
}

/** The processing of the HTML standard, 9.2.6, for streams that end lines with LF. */
function createParser() {
  const frames: Frame[] = [];
  let rest = '';
  let event = '';
  let data: string[] = [];
  let idBuffer = '';
  let lastEventId = '';
  const line = (text: string) => {
    if (text === '') {
      lastEventId = idBuffer;
      if (data.length > 0) frames.push({ event: event || 'message', id: lastEventId, data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(text) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') idBuffer = value;
  };
  return {
    frames,
    lastEventId: () => lastEventId,
    push(chunk: string) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
    },
  };
}
