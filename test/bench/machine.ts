/** The machine: cores, processor time, memory, load. Figures come from /proc on Linux and are NaN elsewhere. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** The server's core; everything else of the benchmark uses the other. */
export const SERVER_CORE = 0;
const CLIENT_CORE = 1;
const TICKS_A_SECOND = 100;

/** Whether a process can be pinned to one core. */
export const canPin = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Pins this process, with all its threads, to the client's core. */
export function pinClient(): void {
  if (canPin) spawnSync('taskset', ['-a', '-cp', String(CLIENT_CORE), String(process.pid)]);
}

export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  pinned: canPin,
});

/** Load averages over 1, 5 and 15 minutes. Above 2 on two cores, other programs were running. */
export const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(2))
    .join(' ');

/** The `workerd` child of the serving process, or that process itself. */
export function runtimeOf(pid: number): number {
  const runtime = childrenOf(pid).find((child) => read(`/proc/${child}/comm`).trim() === 'workerd');
  return runtime ?? pid;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** The cores a process may run on, as the kernel lists them. */
export const coresOf = (pid: number): string =>
  /Cpus_allowed_list:\s*(\S+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 'unknown';

/** Resident memory in MB (10^6 bytes). */
export const memoryOf = (pid: number): number =>
  (Number(/VmRSS:\s*(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN) * 1024) / 1e6;

/** Processor seconds used by all threads. The name in the second field may contain spaces. */
export function secondsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? NaN) + Number(fields[12] ?? NaN)) / TICKS_A_SECOND;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
