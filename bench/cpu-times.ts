/**
 * CPU time by who used it: the load (this process), the service that is measured, and what the rig runs beside them. Where
 * all cores are busy, this is what a figure is made of. From Linux' /proc; elsewhere nothing is told.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds by name. */
export type CpuTimes = ReadonlyMap<string, number>;

type Process = { readonly pid: number; readonly parent: number; readonly command: string; readonly seconds: number };

const ticksPerSecond = 100;
const commands: Readonly<Record<string, string>> = { java: 'broker', postgres: 'PostgreSQL' };

/** @param service the process measured, a child of this one */
export function cpuTimes(service: number): CpuTimes {
  const processes = readProcesses();
  const ours = new Set([process.pid]);
  for (let before = 0; before < ours.size; ) {
    before = ours.size;
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid);
  }
  const times = new Map<string, number>();
  for (const { pid, command, seconds } of processes) {
    const name = pid === process.pid ? 'load' : pid === service ? 'service' : commands[command];
    if (ours.has(pid) && name !== undefined) times.set(name, (times.get(name) ?? 0) + seconds);
  }
  return times;
}

/** Microseconds an event by name, between two readings. */
export function perEvent(before: CpuTimes, after: CpuTimes, events: number): string {
  const parts = [...after].map(
    ([name, seconds]) => `${name} ${Math.round(((seconds - (before.get(name) ?? 0)) * 1e6) / events)}`,
  );
  return parts.length === 0 ? '' : `CPU µs an event: ${parts.join(', ')}`;
}

function readProcesses(): Process[] {
  let pids: string[] = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return pids.flatMap((pid) => {
    try {
      return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the command may hold spaces and brackets. */
function parseStat(stat: string): Process {
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const ticks = (at: number) => Number(fields[at]);
  // Of its children that have ended as well: PostgreSQL's backends come and go.
  const seconds = (ticks(11) + ticks(12) + ticks(13) + ticks(14)) / ticksPerSecond;
  const start = stat.indexOf('(');
  return {
    pid: Number(stat.slice(0, start)),
    parent: ticks(1),
    command: stat.slice(start + 1, end),
    seconds,
  };
}
