/** The runtime alone is killed: the server that started it brings it back, at the same address and with its jobs. */
import { runtimeOf } from '../bench/machine.ts';
import { audit } from './audit.ts';
import { freePort } from './server.ts';
import { newWorkplace, serving } from './workplace.ts';
import { Clients, taps } from './writers.ts';

const TAPS = 40;

/** @returns what was wrong, in words */
export async function crashed(say: (line: string) => void): Promise<string[]> {
  const workplace = await newWorkplace();
  const port = await freePort();
  const muster = await serving(workplace, { port });
  const runtime = runtimeOf(process.pid);
  if (runtime === process.pid) {
    await muster.close();
    say('Not run: runtime. The runtime is found in /proc, which this system lacks.');
    return [];
  }
  const clients = new Clients(port);
  let sent = 0;
  for (const write of taps(workplace, TAPS)) {
    const answered = clients.settle(write);
    sent += 1;
    if (sent === TAPS / 2) process.kill(runtime, 'SIGKILL');
    await answered;
  }
  const jobs = await muster.runJobs().then(
    () => [],
    (error: unknown) => [`the jobs of a runtime that came back: ${String(error)}`],
  );
  clients.close();
  await muster.close();
  const { wrong, ...figures } = await audit(workplace, clients.acknowledged);
  say(
    `Runtime killed: it came back, ${String(figures.entries)} writes acknowledged, ${String(clients.cut)} tries cut off, ` +
      `${jobs.length === 0 ? 'its jobs ran' : 'its jobs failed'}, ${String(figures.sealed)} seals verified.`,
  );
  return [...jobs, ...clients.wrong, ...wrong];
}
