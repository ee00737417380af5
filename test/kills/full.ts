/** A disk that fills up under a running server, and has space again. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from './audit.ts';
import { fill, smallDisk } from './disk.ts';
import { Ended, freePort, Server } from './server.ts';
import { outputFaults, refusalFaults } from './words.ts';
import { newWorkplace } from './workplace.ts';
import { type Answer, Clients, taps, type Write } from './writers.ts';

/** SQLite's write-ahead log has room left in its file, so some writes succeed on a full disk. */
const MOST_UNTIL_FULL = 2_000;
const REFUSALS = 10;

/** @returns what was wrong, in words */
export async function filled(say: (line: string) => void): Promise<string[]> {
  const wrong: string[] = [];
  const folder = smallDisk('64m');
  const workplace = await newWorkplace(folder);
  const port = await freePort();
  const clients = new Clients(port);
  const board = async (when: string): Promise<void> => {
    const { status, text } = await clients.send('GET', '/attendance/board', { who: workplace.admin });
    if (status !== 200) wrong.push(`${when}, a read was answered ${String(status)} ${text}`);
  };

  const running = await Server.start(folder, port);
  for (const write of taps(workplace, 20)) await clients.settle(write);
  const ballast = join(folder, 'ballast');
  fill(ballast);
  const before = clients.acknowledged.length;
  const refused: { write: Write; answer: Answer }[] = [];
  for (const write of taps(workplace, MOST_UNTIL_FULL)) {
    // Nobody checks out whose check-in was refused.
    if (refused.some((it) => it.write.body === write.body)) continue;
    const answer = await clients.send('POST', write.path, write);
    if (answer.status === 200) clients.acknowledge(write, answer.text, 1);
    else refused.push({ write, answer });
    if (refused.length === REFUSALS) break;
  }
  const taken = clients.acknowledged.length - before;
  if (refused.length < REFUSALS) wrong.push(`a full disk refused ${String(refused.length)} writes only`);
  wrong.push(...refused.flatMap(({ answer }) => refusalFaults(answer)));
  await board('on a full disk');
  await running.kill();

  const restarted = await Server.start(folder, port).catch((error: unknown) => error);
  if (restarted instanceof Server) {
    clients.up();
    await board('started on a full disk');
    await restarted.kill();
  } else if (restarted instanceof Ended) wrong.push(...outputFaults(restarted.output, /its disk is full/));
  else throw restarted;

  rmSync(ballast);
  const last = await Server.start(folder, port);
  clients.up();
  for (const { write } of refused) await clients.settle(write);
  await last.kill();
  clients.close();
  const { wrong: found, ...figures } = await audit(workplace, clients.acknowledged);
  say(
    `Disk full: ${String(taken)} writes fitted still, ${String(refused.length)} were refused with 503 in words, reads went on. ` +
      `Started there, it ${restarted instanceof Server ? 'served reads' : 'said why it cannot'}. With space again all were taken: ` +
      `${String(figures.entries)} journal entries, ${String(figures.sealed)} seals verified.`,
  );
  return [...wrong, ...clients.wrong, ...found];
}
