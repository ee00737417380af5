/** A sign-out: when the connections of that session end, also those that do not answer the close frame. */
import { setTimeout as pause } from 'node:timers/promises';
import { Frames } from '../frames.ts';
import type { Listener } from '../listener.ts';
import { type Muster, PEOPLE } from '../subjects.ts';

const SOCKETS = 5;
const PATIENCE_MS = 5_000;

export type Revoked = {
  sockets: number;
  /** Milliseconds from the request until the last connection ended; undefined if one did not in five seconds. */
  answering: number | undefined;
  mute: number | undefined;
};

export async function revoked(muster: Muster): Promise<Revoked> {
  return {
    sockets: SOCKETS,
    answering: await signedOut(muster, PEOPLE - 1, true),
    mute: await signedOut(muster, PEOPLE - 2, false),
  };
}

async function signedOut(muster: Muster, index: number, answersClose: boolean): Promise<number | undefined> {
  const sockets: Listener[] = [];
  while (sockets.length < SOCKETS) sockets.push(await muster.listen(index, new Frames()));
  for (const socket of sockets) socket.answersClose = answersClose;
  const start = performance.now();
  const { status } = await muster.answer('DELETE', '/api/v1/session', muster.person(index));
  if (status !== 204) throw new Error(`the sign-out was answered ${status}`);
  while (performance.now() - start < PATIENCE_MS && sockets.some(({ endedAt }) => endedAt === undefined))
    await pause(10);
  const ends = sockets.map(({ endedAt }) => endedAt ?? NaN);
  for (const socket of sockets) socket.close();
  const last = Math.max(...ends) - start;
  return Number.isNaN(last) ? undefined : last;
}
