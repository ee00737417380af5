/** Kills the server at random moments while clients write, and starts it again. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { audit } from './audit.ts';
import { freePort, Server } from './server.ts';
import { newWorkplace } from './workplace.ts';
import { Clients } from './writers.ts';

/** Between a start and its kill. */
const LIFE_MS = { least: 200, most: 4_000 };

/** @returns what was wrong, in words */
export async function killed(kills: number, say: (line: string) => void): Promise<string[]> {
  const workplace = await newWorkplace();
  const port = await freePort();
  const clients = new Clients(port);
  clients.down();
  const written = clients.write(workplace);
  const lives: { died: number; acknowledged: number }[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const server = await Server.start(workplace.folder, port);
    clients.up();
    await pause(randomInt(LIFE_MS.least, LIFE_MS.most));
    clients.down();
    const died = Date.now();
    await server.kill();
    lives.push({ died, acknowledged: clients.acknowledged.length });
  }
  const last = await Server.start(workplace.folder, port);
  clients.stop();
  clients.up();
  await written;
  await last.kill();
  clients.close();
  const { wrong, ...figures } = await audit(workplace, clients.acknowledged);
  // Committed, but killed before the answer: only the key knows.
  const before = clients.acknowledged.filter(({ tries, receipt }, index) => {
    const life = lives.findLast(({ acknowledged }) => acknowledged <= index);
    return tries > 1 && life !== undefined && receipt.at <= life.died;
  }).length;
  say(
    `${String(kills)} kills: ${String(clients.acknowledged.length)} writes acknowledged, ${String(clients.cut)} cut off and sent again, ` +
      `of which ${String(before)} had taken effect before the kill.`,
  );
  say(
    `${String(figures.entries)} journal entries, ${String(figures.sealed)} seals verified, ${String(figures.events)} events of ` +
      `${String(figures.channels)} channels without a gap, ${String(figures.repeated)} requests repeated.`,
  );
  return [...clients.wrong, ...wrong];
}
