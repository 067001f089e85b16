/** docker-compose.yml as Compose itself takes it: anchors and merges resolved, variables filled in by their defaults. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { projectUrl } from './project.ts';

export type ComposeService = {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval: string; readonly retries: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
};

export type ComposeFile = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};

/** The one-shot step, and the services of our image that run on. */
export const TOPIC_STEP = 'topics';

/** Rejects where a variable has no default: then `docker compose up` alone would not do. */
export async function readComposeFile(): Promise<ComposeFile> {
  const text = await readFile(new URL('docker-compose.yml', projectUrl), 'utf8');
  return interpolated(parse(text, { merge: true })) as ComposeFile;
}

/** Our own services that run on, by name. */
export function ownServices({ services }: ComposeFile): [name: string, service: ComposeService][] {
  return Object.entries(services).filter(([name, { image }]) => image.startsWith('ledgerline:') && name !== TOPIC_STEP);
}

function interpolated(value: unknown): unknown {
  if (typeof value === 'string') return fillIn(value);
  if (Array.isArray(value)) return value.map(interpolated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, interpolated(inner)]));
}

/** `$$` is a dollar, `${NAME:-default}` the default. */
function fillIn(text: string): string {
  return text.replaceAll(/\$\$|\$\{(\w+)(?::-([^}]*))?\}/g, (found, name?: string, fallback?: string) => {
    if (found === '$$') return '$';
    if (fallback === undefined) throw new Error(`docker-compose.yml: ${name} has no default`);
    return fallback;
  });
}
