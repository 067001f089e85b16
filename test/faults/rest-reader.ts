/** Reads what the system answers, page by page and line by line. Everything is well when it is asked: a 503 is a fault. */
type Json = Record<string, unknown>;

const TIMEOUT_MS = 60_000;

/** The body of an answer with one of these statuses. */
export async function readJson(
  baseUrl: string,
  path: string,
  headers: Record<string, string> = {},
  statuses: readonly number[] = [200],
): Promise<Json> {
  const ask = async () => await fetch(`${baseUrl}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  // A connection that was idle while the log was folded may have been closed meanwhile.
  const response = await ask().catch(ask);
  const text = await response.text();
  if (!statuses.includes(response.status)) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Json;
}

/** All items of a list, over all of its pages. */
export async function* readItems(baseUrl: string, path: string): AsyncGenerator<Json> {
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, page } = (await readJson(baseUrl, `${path}${more}`)) as unknown as {
      items: Json[];
      page: { next: string | null };
    };
    yield* items;
    cursor = page.next;
  } while (cursor !== null);
}

/** A list with the items of all its pages, anything else as it is; of what is not found what is said of it. */
export async function readWhole(baseUrl: string, path: string): Promise<Json> {
  const body = await readJson(baseUrl, path, {}, [200, 404]);
  const { items, page } = body as { items?: unknown[]; page?: { next: string | null } };
  if (items === undefined) return body;
  const all = [...items];
  for (let next = page?.next ?? null; next !== null; ) {
    const more = (await readJson(baseUrl, `${path}&cursor=${encodeURIComponent(next)}`)) as {
      items: unknown[];
      page: { next: string | null };
    };
    all.push(...more.items);
    ({ next } = more.page);
  }
  return { ...body, items: all };
}

/** The lines of an NDJSON answer. */
export async function* readLines(baseUrl: string, path: string): AsyncGenerator<Json> {
  const response = await fetch(`${baseUrl}${path}`, { headers: { accept: 'application/x-ndjson' } });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Json;
  }
  if (rest !== '') throw new Error(`${path} ended in the middle of a line`);
}
