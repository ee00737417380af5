/**
 * Parts of the product, driven without the rest, to tell what costs what:
 * - `/fan-out`: the product's own object is handed one event at a time, without waiting, and without D1;
 * - `/one-by-one`: the same, but each only when the one before has left, so that none can share a frame;
 * - `/attendance`: the product's own rule checks people in, all at once, without HTTP, session and rate limit.
 */
import { uuidv7 } from 'uuidv7';
import { checkIn } from '../../../worker/attendance/attendance';
import { admission } from '../../../worker/live/socket';
import { headsOf } from '../../../worker/live/replay';
import { pong } from '../../../worker/contract/wire';
import { Scope } from '../../../worker/scope';

export { Channel } from '../../../worker/live/channel';

export default {
  async fetch(request, env, ctx) {
    const bindings = { ...env, CHANNELS: env.OBJECTS };
    const name = new URL(request.url).pathname.slice(1);
    if (request.headers.get('Upgrade')) return admit(bindings, name, request.headers);
    if (name === 'attendance') await checkAllIn(bindings, ctx, await request.json());
    else await deliver(bindings, name, (await request.text()).split('\n'));
    return new Response();
  },
};

async function admit(env, name, asked) {
  const { epoch, heads } = await headsOf(env.DB, [name]);
  const headers = {
    Upgrade: 'websocket',
    [admission.person]: asked.get('person'),
    [admission.session]: asked.get('session'),
    [admission.cursor]: pong({ epoch, head: heads[name] }),
  };
  return channel(env, name).fetch(new Request('http://channel/', { headers }));
}

async function deliver(env, name, frames) {
  const object = channel(env, name);
  const handOver = ({ epoch, from, events }) => object.deliver(epoch, from, events);
  const parsed = frames.map((frame) => JSON.parse(frame));
  if (name === 'fan-out') await Promise.all(parsed.map(handOver));
  else for (const each of parsed) await handOver(each);
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
      };
      return checkIn(new Scope(env, ctx, asker, { value: uuidv7(), fingerprint: '' }), uuidv7());
    }),
  );
}

const channel = (env, name) => env.OBJECTS.get(env.OBJECTS.idFromName(name));
