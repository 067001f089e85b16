/** Which environment variables a service knows: those that its own config.ts asks for. */
import { glob } from 'node:fs/promises';
import { projectUrl } from './project.ts';

type Reader = (environment: NodeJS.ProcessEnv) => unknown;

/** By the service's folder under services/. Every exported reader of its config.ts is run, on an empty environment. */
export async function knownVariables(): Promise<Map<string, Set<string>>> {
  const known = new Map<string, Set<string>>();
  for await (const file of glob('services/*/src/config.ts', { cwd: projectUrl })) {
    const module = (await import(new URL(file, projectUrl).href)) as Record<string, unknown>;
    const asked = new Set<string>();
    for (const read of Object.values(module)) if (typeof read === 'function') askFor(read as Reader, asked);
    known.set(file.split('/')[1] ?? '', asked);
  }
  return known;
}

function askFor(read: Reader, asked: Set<string>): void {
  const environment = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get(_, name) {
        if (typeof name === 'string') asked.add(name);
        return undefined;
      },
    },
  );
  try {
    read(environment);
  } catch (error) {
    // What is missing is told after everything was asked for.
    if (!(error instanceof Error) || error.name !== 'ConfigurationError') throw error;
  }
}
