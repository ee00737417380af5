/** The aims of the live path, and whether this run met them. */
import type { Results } from './bench.ts';
import type { Watched } from './measure.ts';

export type Aim = { aim: string; measured: number; met: boolean };

const at = (watched: readonly Watched[], sockets: number): Watched | undefined =>
  watched.find((each) => each.sockets === sockets);

/** Only aims for which this run has figures. */
export function aims({ muster, fanOut, bare, ws, board, releaseDesk, idle }: Results): Aim[] {
  const delivered = (watched: readonly Watched[]): number =>
    at(watched, 1_000)?.burst.deliveredPerSecond ?? NaN;
  const p99 = (sockets: number): number => at(muster, sockets)?.paced?.fromRequest.p99 ?? NaN;
  const all: Aim[] = [
    atLeast('fan-out, 1,000 sockets: times the bare object', delivered(fanOut) / delivered(bare), 3),
    atLeast('fan-out, 1,000 sockets: times plain ws', delivered(fanOut) / delivered(ws), 1.5),
    atLeast('check-ins, 1,000 sockets: times the bare object', delivered(muster) / delivered(bare), 3),
    atLeast('check-ins, 1,000 sockets: times plain ws', delivered(muster) / delivered(ws), 1.5),
    atMost('check-in to screen, 1,000 sockets, p99 ms', p99(1_000), 50),
    atMost('check-in to screen, 5,000 sockets, p99 ms', p99(5_000), 150),
    atMost(
      'memory of 5,000 idle sockets: times the bare object',
      (idle?.muster.after ?? NaN) / (idle?.bare.after ?? NaN),
      1.1,
    ),
    atMost('order paid to releasing screen, p99 ms', releaseDesk.latency.p99, 100),
    atMost('board of 10,000 people, median ms', board.latency.p50, 100),
  ];
  return all.filter(({ measured }) => !Number.isNaN(measured));
}

const atLeast = (aim: string, measured: number, least: number): Aim => ({
  aim: `${aim} ≥ ${least}`,
  measured,
  met: measured >= least,
});

const atMost = (aim: string, measured: number, most: number): Aim => ({
  aim: `${aim} ≤ ${most}`,
  measured,
  met: measured <= most,
});
