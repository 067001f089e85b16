/** `npm start` as the README says: through npm, in the project's folder, as a user's terminal would run it. */
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type Teardown, type TestProcess } from '@ledgerline/testkit';
import { testConfig } from './config.ts';
import { descendantsOf, type FoundProcess } from './process-tree.ts';
import { projectFolder } from './project.ts';
import { createRestClient, type RestClient } from './rest-client.ts';

export type NpmStart = TestProcess & {
  /** Resolves when the page of links is printed, with a client of the address in it. */
  up(timeoutMs?: number): Promise<RestClient>;
  /** Everything that npm has started by now. */
  processes(): Promise<FoundProcess[]>;
};

/** A folder that is removed with the test, and that other users may enter. */
export async function temporaryFolder(t: Teardown): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'll-e2e-'));
  await chmod(folder, 0o755);
  t.teardown(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** @param home where npm keeps its own files @param env besides PATH and HOME all that there is */
export async function npmStart(t: Teardown, home: string, env: Readonly<Record<string, string>>): Promise<NpmStart> {
  const child = await startProcess(t, {
    name: 'npm start',
    command: 'npm',
    args: ['start'],
    cwd: projectFolder,
    env: { PATH: testConfig.path, HOME: home, npm_config_update_notifier: 'false', PORT: '0', ...env },
  });
  return {
    ...child,
    async up(timeoutMs) {
      const line = await child.output.waitFor(/ http:\/\/127\.0\.0\.1:\d+\/v1\/timeline$/, timeoutMs);
      const [baseUrl = ''] = /http:\/\/[^/]+/.exec(line) ?? [];
      return createRestClient({ read: baseUrl, write: baseUrl });
    },
    processes: () => descendantsOf(child.pid),
  };
}
