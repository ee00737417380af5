/**
 * Parts of the product, without the rest, to measure the cost of each:
 * - `/fan-out`: the product's object gets single events, concurrently and without D1;
 * - `/one-by-one`: the same, each event after the one before has left, so that none share a frame;
 * - `/attendance`: the product's rule checks people in, concurrently, without HTTP, session and rate limit.
 */
import { uuidv7 } from 'uuidv7';
import { checkIn } from '../../../worker/attendance/check-in';
import { admission } from '../../../worker/live/socket';
import { known } from '../../../worker/db/queries';
import { headsOf } from '../../../worker/live/replay';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { pong } from '../../../worker/contract/wire';
import { Scope } from '../../../worker/scope';
import { Session } from '../../../worker/session';

/** Channels whose events come without a commit. */
const PARTS = ['fan-out', 'one-by-one'];

export { Channel } from '../../../worker/live/channel';

export default {
  async fetch(request, env, ctx) {
    const bindings = { ...env, CHANNELS: env.OBJECTS, WORKPLACE_ZONE: 'UTC' };
    const name = new URL(request.url).pathname.slice(1);
    if (request.headers.get('Upgrade')) return admit(bindings, name, request.headers);
    if (name === 'attendance') await checkAllIn(bindings, ctx, await request.json());
    else await deliver(bindings, name, (await request.text()).split('\n'));
    return new Response();
  },
};

async function admit(env, name, request) {
  if (PARTS.includes(name))
    // Their events are not in the log: without a head above them the object would think that an older database was restored.
    await env.DB.prepare('INSERT OR IGNORE INTO heads (channel, seq) VALUES (?, ?)').bind(name, 1e9).run();
  const { epoch, heads } = await headsOf(env.DB, [name]);
  const headers = {
    Upgrade: 'websocket',
    [admission.person]: request.get('person'),
    [admission.session]: request.get('session'),
    [admission.cursor]: pong({ epoch, head: PARTS.includes(name) ? 0 : heads[name] }),
  };
  return channel(env, name).fetch(new Request('http://channel/', { headers }));
}

async function deliver(env, name, frames) {
  const object = channel(env, name);
  const send = ({ epoch, from, events }) => object.deliver(epoch, from, events);
  const parsed = frames.map((frame) => JSON.parse(frame));
  if (name === 'fan-out') await Promise.all(parsed.map(send));
  else for (const each of parsed) await send(each);
}

async function checkAllIn(env, ctx, people) {
  await Promise.all(
    people.map(({ id, name, session }) => {
      const asker = {
        id,
        name,
        session,
        email: '',
        roles: ['employee'],
        zone: 'UTC',
        department: null,
        position: null,
        category: null,
        photo: null,
        ownZone: 'UTC',
        organisation: 'Bench',
        settings: defaultSettings('UTC'),
      };
      const key = { value: uuidv7(), fingerprint: '' };
      return checkIn(
        new Scope(env, ctx, { session: new Session(session, known(asker), asker), key }),
        uuidv7(),
      );
    }),
  );
}

const channel = (env, name) => env.OBJECTS.get(env.OBJECTS.idFromName(name));
