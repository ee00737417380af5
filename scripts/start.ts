/** `npm start [-- --no-demo]`: the whole product on this machine. It also reads `PORT`, `MUSTER_FOLDER` and `MUSTER_DEMO=0`. */
import { build } from './build.ts';
import { authSecret, nameOf, state, vapidKeys } from './place.ts';
import { failed } from './run.ts';
import { claim, release } from './running.ts';
import { serve } from './serve.ts';
import { zone } from './settings.ts';
import { inWords } from './storage.ts';
import { settle } from './workplace.ts';

const port = Number(process.env['PORT'] ?? 8787);
const demo = process.env['MUSTER_DEMO'] !== '0' && !process.argv.includes('--no-demo');

await claim(port).catch(failed);
const AUTH_SECRET = await Promise.try(authSecret, state).catch(failed);
const VAPID_KEYS = await Promise.try(vapidKeys, state).catch(failed);
await build().catch(failed);
const unwritable = (error: unknown): never => failed(inWords(error, state));
const muster = await serve({ port, state, vars: { AUTH_SECRET, VAPID_KEYS } }).catch(unwritable);
const words = await settle(muster.db, { folder: state, origin: muster.origin, zone, demo }).catch(unwritable);
console.log(
  [
    '',
    `Muster is at ${muster.origin}`,
    ...words,
    `Ctrl-C stops it; the data stays in ${nameOf(state)}/.`,
  ].join('\n'),
);

const stop = (): void => {
  release();
  void muster.close().then(() => process.exit(0));
};
// Miniflare's own listeners would end the process before its objects and its database are closed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).once(signal, stop);
