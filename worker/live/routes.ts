/** Three ways to follow a channel (socket, events, heads) by the same right and the same cursor. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { displaySession, parseChannel, presenceOn } from '../contract/channels';
import { mayListen, mayWatchPresence, worksAtDesk } from '../contract/listeners';
import { Count } from '../contract/values';
import { Epoch, Heads, pong, Since } from '../contract/wire';
import { inTime } from '../db/calls';
import { mount, read } from '../http/declare';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { hostsOf } from './access';
import { objectOf } from './object';
import { admission } from './socket';
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
        'Sends the frames `hello` and `events` of the wire contract, and `presence` to those who may and ask with `presence=watch`. On `orders` and `registrations` such a socket may send `focus`, at most 10 messages a second. Send `ping` at most every few seconds and at least once a minute: a socket that was silent for 100 s is closed with 4008. The answer is `pong <epoch>:<head>`. After many events it sends a question, `ping` with an id: send it back as it came within a minute, else it is closed with 4008 too.',
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
      // Only these headers: a client must not name who is admitted. Its extensions are left out too, as compression would
      // double the cost of a delivery.
      const upgrade = new Request(c.req.raw.url, {
        headers: {
          Upgrade: 'websocket',
          [admission.person]: as.person?.id ?? as.session,
          [admission.session]: as.session,
          [admission.cursor]: pong({ epoch, head: heads[name] ?? 0 }),
          ...(presence && { [admission.presence]: presence }),
          ...(watches && as.person && worksAtDesk(as.person, name) && { [admission.desk]: 'open' }),
        },
      });
      return inTime(objectOf(scope.env, name).fetch(upgrade));
    },
  )
  .route(
    '/',
    mount(tag, [
      read({
        path: '/channels/heads',
        summary: 'The heads of channels',
        description: 'One cheap call for all of a page’s channels. It finds events whose delivery was lost.',
        may: 'account.use',
        displays: true,
        query: v.strictObject({
          names: v.pipe(
            v.string(),
            v.transform((names) => [...new Set(names.split(','))]),
            v.maxLength(MOST_NAMES, `must name at most ${MOST_NAMES} channels`),
          ),
        }),
        answer: Heads,
        problems: ['invalid_input'],
        async handle(scope, { query: { names } }) {
          await mustListen(scope, ...names);
          return headsOf(scope.d1, names);
        },
      }),
      read({
        path: '/channels/:name/events',
        summary: 'The events of a channel after a cursor',
        description:
          'At most `limit` events after `since`, in order. `reset` means: load the snapshot again.',
        may: 'account.use',
        displays: true,
        param: Name,
        query: v.strictObject({
          since: Count(0, Number.MAX_SAFE_INTEGER),
          epoch: v.optional(Epoch),
          limit: v.optional(Count(1, 500), String(PAGE)),
        }),
        answer: Since,
        problems: ['invalid_input'],
        async handle(scope, { param: { name }, query: { since, epoch, limit } }) {
          await mustListen(scope, name);
          const answer = await eventsSince(scope.d1, name, { since, epoch }, limit);
          // A restored database, or a client that lies: the object knows which.
          const channel = parseChannel(name)?.name;
          if (channel && answer.reset && answer.epoch === epoch && since > answer.head)
            scope.deliver([{ channel, epoch, head: answer.head, events: [] }]);
          return answer;
        },
      }),
    ]),
  );

/**
 * The same refusal for "not allowed" and "does not exist", so that an outsider cannot probe which channels exist. A customers'
 * screen listens as itself, also if a person is signed in on that browser, so that revoking it ends its socket.
 */
async function mustListen(
  scope: Scope,
  ...names: readonly string[]
): Promise<{ session: string; person?: Asker }> {
  const { display, asker } = scope;
  const others = display ? names.filter((name) => parseChannel(name)?.kind !== 'display') : names;
  if (display && others.length === 0) return { session: displaySession(display.id) };
  const hosts = await hostsOf(scope.d1, others, asker ? [asker.id] : []);
  for (const name of others)
    if (!asker || !mayListen(asker, name, asker.settings, hosts(name, asker.id)))
      throw new Refusal('not_allowed', { detail: `You may not listen to ${name}.` });
  return { session: scope.me.session, person: scope.me };
}
