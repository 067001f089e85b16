/** A container of the compose file as a process of this machine: its own command and environment, its names mapped. */
import { startProcess, type Teardown, type TestProcess } from '@ledgerline/testkit';
import { freePorts } from '../../packages/testkit/src/free-ports.ts';
import type { ComposeService } from './compose-file.ts';
import { projectFolder } from './project.ts';

/** What the names inside the compose network stand for on this machine. */
export type Machine = { readonly kafka: string; readonly databaseUrl: string; readonly keysFile: string };

export type ComposeProcess = TestProcess & {
  readonly baseUrl: string;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * For 0.0.0.0: an address that only this machine reaches, and that the services take for one that others reach too, so
 * that what holds off loopback holds here.
 */
const EVERY_ADDRESS = '::ffff:127.0.0.1';

/** The environment of the file with its addresses mapped; PORT, where it is given, becomes a free one. */
export async function environmentOf(service: ComposeService, machine: Machine): Promise<Record<string, string>> {
  const [port] = await freePorts(1);
  const mapped: Readonly<Record<string, string>> = {
    HOST: EVERY_ADDRESS,
    PORT: String(port),
    DATABASE_URL: machine.databaseUrl,
    KAFKA_BROKERS: machine.kafka,
    LEDGERLINE_KEYS_FILE: machine.keysFile,
  };
  const given = Object.entries(service.environment ?? {});
  return Object.fromEntries(given.map(([name, value]) => [name, mapped[name] ?? value]));
}

export async function startComposeProcess(
  t: Teardown,
  name: string,
  service: ComposeService,
  machine: Machine,
): Promise<ComposeProcess> {
  const environment = await environmentOf(service, machine);
  const child = await runCommand(t, name, service.command ?? [], environment);
  return { ...child, environment, baseUrl: `http://127.0.0.1:${environment['PORT']}` };
}

/** A healthcheck of form CMD, run as the container would run it. */
export async function runHealthcheck(
  t: Teardown,
  { healthcheck }: ComposeService,
  environment: Readonly<Record<string, string>>,
): Promise<number | null> {
  const [form, ...command] = healthcheck?.test ?? [];
  if (form !== 'CMD') throw new Error(`a healthcheck of form ${form}`);
  return (await (await runCommand(t, 'healthcheck', command, environment)).exited).code;
}

async function runCommand(
  t: Teardown,
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TestProcess> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error(`${name} has no command`);
  return await startProcess(t, { name, command: program, args, env, cwd: projectFolder });
}
