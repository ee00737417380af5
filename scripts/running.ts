/** One runtime for each workplace: of two over one database, each would send events to its own screens only. */
import { connect } from 'node:net';
import { keep, kept, state } from './place.ts';
import { fail } from './run.ts';

const note = 'running';

/** Locks this machine's workplace for this process, or ends it with the reason in one line. */
export async function claim(port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail('PORT must be a number from 1 to 65535.');
  const at = await runningAt(state);
  if (at !== undefined) fail(`Muster runs already, at http://localhost:${String(at)}. Stop it first.`);
  if (await isTaken(port))
    fail(`Port ${String(port)} is taken. Choose another: PORT=${String(port + 1)} npm start`);
  keep(state, note, `${String(process.pid)} ${String(port)}`);
}

/** The port of the Muster that runs over this folder, if one does. */
export async function runningAt(folder: string): Promise<number | undefined> {
  const [pid = 0, at = 0] = (kept(folder, note) ?? '').split(' ').map(Number);
  return isAlive(pid) && (await isTaken(at)) ? at : undefined;
}

export function release(): void {
  try {
    keep(state, note, '');
  } catch {
    // A folder that became read-only: the note of a process that has ended locks nothing.
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether a program listens on this port, at either address of localhost: a browser may try both. */
async function isTaken(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => answersAt(host, port)));
  return answers.includes(true);
}

const answersAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const settle = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', settle(true)).once('error', settle(false)).once('timeout', settle(false));
  });
