/** Processes below a process, by what Linux tells of them; on other systems nothing is found, and nothing is checked. */
import { readdir, readFile } from 'node:fs/promises';

export type FoundProcess = {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** In clock ticks since the start of the machine: tells a process from a later one of the same number. */
  readonly startedAt: number;
};

/** Children, their children, and so on. */
export async function descendantsOf(pid: number): Promise<FoundProcess[]> {
  const all = await listProcesses();
  const below = (parent: number): FoundProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of them that still run. */
export async function stillRunning(processes: readonly FoundProcess[]): Promise<FoundProcess[]> {
  const now = await listProcesses();
  return processes.filter((one) => now.some(({ pid, startedAt }) => pid === one.pid && startedAt === one.startedAt));
}

/** Those with this text in their command line, whoever started them. */
export async function runningWith(text: string): Promise<FoundProcess[]> {
  return (await listProcesses()).filter(({ command }) => command.includes(text));
}

/** Zombies are left out: in a container there may be nobody to reap an orphan. */
async function listProcesses(): Promise<FoundProcess[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(names.map(readProcess))).filter((found) => found !== null);
}

async function readProcess(pid: string): Promise<FoundProcess | null> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name before it may hold anything, the rest are letters and numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      startedAt: Number(fields[19]),
      command: command.replaceAll('\0', ' ').trim(),
    };
  } catch {
    // Gone meanwhile.
    return null;
  }
}
