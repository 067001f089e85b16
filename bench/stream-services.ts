/** What it takes to stream, as processes of their own, on the log in PostgreSQL. */
import { baseUrl, type Child, type Rig, ready, startChild } from './rig.ts';
import { claimEvent, type Target } from './stream-targets.ts';

/** Something that streams what is published to it. */
export type Streaming = {
  readonly streamUrl: string;
  readonly target: Target;
  /** Of the process that writes to the readers. */
  readonly pid: number;
  stop(): Promise<void>;
};

export async function startStreamServices(rig: Rig): Promise<Streaming & { readonly queryUrl: string }> {
  const env = { DATABASE_URL: await rig.freshDatabase() };
  const children: Child[] = [];
  const start = async (service: string) => {
    const child = await startChild(`services/${service}/src/main.ts`, env);
    children.push(child);
    const url = await baseUrl(child);
    await ready(url);
    return { child, url };
  };
  const ingest = await start('ingest');
  await start('projector-journal');
  const query = await start('query');
  return {
    queryUrl: query.url,
    streamUrl: `${query.url}/v1/stream`,
    target: {
      url: `${ingest.url}/v1/events`,
      contentType: 'application/cloudevents-batch+json',
      toBody: (count) => `[${Array.from({ length: count }, claimEvent).join(',')}]`,
    },
    pid: query.child.pid,
    async stop() {
      for (const child of children.toReversed()) await child.stop();
    },
  };
}
