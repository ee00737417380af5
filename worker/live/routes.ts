/** The three ways to follow a channel (socket, events since, heads), all with the same right and the same cursor. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { displaySession, mayListen, mayWatchPresence, parseChannel, presenceOn } from '../contract/channels';
import { Count } from '../contract/values';
import { Epoch, Heads, pong, Since } from '../contract/wire';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { Refusal } from '../refusal';
import type { Asker, Scope } from '../scope';
import { hostsOf } from './access';
import { admission } from './admission';
import { eventsSince, headsOf } from './replay';

const tag = 'Channels';
const PAGE = 200;
const MOST_NAMES = 20;
const Name = v.strictObject({ name: v.pipe(v.string(), v.maxLength(64)) });

export const liveRoutes = new Hono<Http>()
  .get(
    '/channels/:name/socket',
    route({
      summary: 'Follow a channel by WebSocket',
      description:
        'Frames `hello` and `events` as in the wire contract; with `presence=watch` also `presence`, where one may; on `orders` and `registrations` such a socket may send `focus`, at most 10 messages a second. Send `ping` at most every few seconds; the answer is `pong <epoch>:<head>`.',
      tag,
      may: 'account.use',
      displays: true,
      answers: { 101: null },
      problems: ['upgrade_required', 'foreign_origin', 'invalid_input'],
    }),
    input('param', Name),
    input(
      'query',
      v.strictObject({
        epoch: v.optional(Epoch),
        since: v.optional(Count(0, Number.MAX_SAFE_INTEGER)),
        presence: v.optional(v.literal('watch')),
      }),
    ),
    async (c) => {
      const { scope } = c.var;
      const { name } = c.req.valid('param');
      if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') throw new Refusal('upgrade_required');
      const as = await mustListen(scope, name);
      const watches = c.req.valid('query').presence === 'watch';
      if (watches && !(as.person && mayWatchPresence(as.person, name))) throw new Refusal('not_allowed');
      const { epoch, heads } = await headsOf(scope.d1, [name]);
      const presence = presenceOn(name, watches);
      const { CHANNELS } = scope.env;
      // Only these headers: who is admitted is our word, never the client's. Without the client's extensions nothing is
      // compressed, which would double the cost of a delivery.
      const upgrade = new Request(c.req.raw.url, {
        headers: {
          Upgrade: 'websocket',
          [admission.person]: as.person?.id ?? as.session,
          [admission.session]: as.session,
          [admission.cursor]: pong({ epoch, head: heads[name] ?? 0 }),
          ...(presence && { [admission.presence]: presence }),
        },
      });
      return CHANNELS.get(CHANNELS.idFromName(name)).fetch(upgrade);
    },
  )
  .get(
    '/channels/heads',
    route({
      summary: 'Where channels stand',
      description: 'One cheap call for all of a page’s channels: the safety net for a lost hand-over.',
      tag,
      may: 'account.use',
      displays: true,
      answers: { 200: Heads },
      problems: ['invalid_input'],
    }),
    input(
      'query',
      v.strictObject({
        names: v.pipe(
          v.string(),
          v.transform((names) => [...new Set(names.split(','))]),
          v.maxLength(MOST_NAMES, `must name at most ${MOST_NAMES} channels`),
        ),
      }),
    ),
    async (c) => {
      const { names } = c.req.valid('query');
      for (const name of names) await mustListen(c.var.scope, name);
      return c.json((await headsOf(c.var.scope.d1, names)) satisfies Heads);
    },
  )
  .get(
    '/channels/:name/events',
    route({
      summary: 'What a channel told after a cursor',
      description:
        'At most `limit` events after `since`, in order; `reset` when the snapshot must be loaded again.',
      tag,
      may: 'account.use',
      displays: true,
      answers: { 200: Since },
      problems: ['invalid_input'],
    }),
    input('param', Name),
    input(
      'query',
      v.strictObject({
        since: Count(0, Number.MAX_SAFE_INTEGER),
        epoch: v.optional(Epoch),
        limit: v.optional(Count(1, 500), String(PAGE)),
      }),
    ),
    async (c) => {
      const { name } = c.req.valid('param');
      const { since, epoch, limit } = c.req.valid('query');
      await mustListen(c.var.scope, name);
      return c.json((await eventsSince(c.var.scope.d1, name, { since, epoch }, limit)) satisfies Since);
    },
  );

/**
 * One's own word for "may not" and "there is none": an outsider learns nothing of which channels exist.
 * @returns as whom they listen: a screen as itself, also where somebody is signed in beside it, so that it ends when it is revoked
 */
async function mustListen(scope: Scope, name: string): Promise<{ session: string; person?: Asker }> {
  const { display, asker } = scope;
  if (display && parseChannel(name)?.kind === 'display') return { session: displaySession(display.id) };
  const hosts = asker !== undefined && (await hostsOf(scope.d1, name, [asker.id])).length > 0;
  if (!asker || !mayListen(asker, name, asker.settings, hosts))
    throw new Refusal('not_allowed', { detail: `You may not listen to ${name}.` });
  return { session: asker.session, person: asker };
}
