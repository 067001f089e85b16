/**
 * Frames as bytes, in both formats. A frame is written once and shared by all who get it. Nothing in it breaks its line:
 * items are JSON on one line, positions base64url.
 */
export type StreamFormat = 'sse' | 'ndjson';

/** Frames that are ours: those with an entry have no name, so that `EventSource.onmessage` gets them all. */
export type NamedFrame = 'caught-up' | 'gap' | 'slow-consumer' | 'bye';

/** An entry. @param item JSON on one line @param position right after it */
export function entryFrame(format: StreamFormat, item: string, position: string): Buffer {
  return Buffer.from(
    format === 'sse' ? `data: ${item}\nid: ${position}\n\n` : `{"event":"message","id":"${position}","data":${item}}\n`,
  );
}

export function namedFrame(format: StreamFormat, name: NamedFrame, position: string, data: object = {}): Buffer {
  const json = JSON.stringify(data);
  return Buffer.from(
    format === 'sse'
      ? `event: ${name}\nid: ${position}\ndata: ${json}\n\n`
      : `{"event":"${name}","id":"${position}","data":${json}}\n`,
  );
}

/** Moves the client's position and says nothing else. */
export function positionFrame(format: StreamFormat, position: string): Buffer {
  return Buffer.from(format === 'sse' ? `id: ${position}\n\n` : `{"event":"position","id":"${position}","data":{}}\n`);
}

/** What is written at once, so that both ends and everything between them know that the stream is open. */
export const preamble: Readonly<Record<StreamFormat, Buffer>> = {
  sse: Buffer.from('retry: 3000\n: ledgerline\n\n'),
  ndjson: Buffer.from('\n'),
};

export const heartbeat: Readonly<Record<StreamFormat, Buffer>> = {
  sse: Buffer.from(':\n\n'),
  ndjson: Buffer.from('\n'),
};

export const mediaTypes: Readonly<Record<StreamFormat, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
};
