/**
 * `npm run bench -- --pings`: what heartbeats cost. 1,000 people have one page open each, and their own channels' objects sleep; the
 * runtime answers pings by itself. Pings are spread evenly, at the pace of hidden and of visible pages.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Frames } from './frames.ts';
import { Listener } from './listener.ts';
import { table } from './report.ts';
import { Server } from './server.ts';
import { people } from './subjects.ts';

const PAGES = 1_000;
/** Of `PACE` in web/src/lib/live/connection.ts. Milliseconds. */
const HIDDEN = 25_000;
const VISIBLE = 5_000;
const SECONDS = 25;
/** Objects hibernate after about 10 s. */
const ASLEEP_MS = 15_000;
/** Concurrent upgrades. */
const UPGRADES = 32;

/** A table of the server's processor time. @throws if a ping is not answered */
export async function pings(): Promise<string> {
  const server = await Server.start('serve-object.ts', { WORKER: 'channel', PEOPLE: '1' });
  try {
    const frames = new Frames();
    const pages = await opened(server, frames);
    await pause(ASLEEP_MS);
    const paces = [Infinity, HIDDEN, VISIBLE, Infinity];
    const rows: string[][] = [];
    for (const pace of paces) rows.push(await measured(server, pages, frames, pace));
    return table(['what', 'pings a second', 'CPU ms a second', 'CPU µs a ping'], rows);
  } finally {
    await server.end();
  }
}

async function opened(server: Server, frames: Frames): Promise<Listener[]> {
  const pages: Listener[] = [];
  let next = 0;
  const connect = async (): Promise<void> => {
    while (next < PAGES) {
      const { id: person, session } = people[next++]!;
      pages.push(await Listener.open(server.port, `/user.${person}`, { person, session }, frames));
    }
  };
  await Promise.all(Array.from({ length: UPGRADES }, connect));
  return pages;
}

async function measured(
  server: Server,
  pages: readonly Listener[],
  frames: Frames,
  pace: number,
): Promise<string[]> {
  const [start, before, heard] = [performance.now(), server.seconds, frames.pongs];
  let sent = 0;
  for (let passed = 0; passed < SECONDS * 1_000; passed = performance.now() - start) {
    for (; sent < (passed / pace) * PAGES; sent += 1) pages[sent % PAGES]!.ping();
    await pause(5);
  }
  await pause(500); // the last answers
  const seconds = (performance.now() - start) / 1_000;
  if (frames.failure) throw frames.failure;
  if (frames.pongs - heard !== sent) throw new Error(`${sent} pings, ${frames.pongs - heard} answers`);
  const used = server.seconds - before;
  const each = sent > 0 ? ((used * 1e6) / sent).toFixed(0) : '';
  const what = pace === Infinity ? 'no pings' : `pings each ${pace / 1_000} s`;
  return [what, (sent / seconds).toFixed(0), ((used * 1_000) / seconds).toFixed(1), each];
}
