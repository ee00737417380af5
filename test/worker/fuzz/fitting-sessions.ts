/** Sessions, and scans into them, in the states that their routes need. */
import { uuidv7 } from 'uuidv7';
import type { Code, HostedSession, Ticket } from '../../../worker/contract/sessions/sessions';
import { content } from '../sessions/hosted';
import { type Someone, someone } from '../workplace';
import { type Recipe, type Recipes, run, served } from './fitting';

/** With the admin and one other person on its list. */
async function session(me: Someone, { start = true, ...more }: { start?: boolean; geofence?: object } = {}) {
  const other = await someone();
  const json = { id: uuidv7(), ...content({ people: [me.id, other.id], ...more }), start };
  const { session: it } = await served<{ session: HostedSession }>(me, 'POST', '/sessions/live', json);
  return { ...it, other };
}

const planned: Recipe = async (me) => ({ params: { id: (await session(me, { start: false })).id } });
const running: Recipe = async (me) => ({ params: { id: (await session(me)).id } });

const tokenOf = async (me: Someone, id: string): Promise<string | null> =>
  (await served<Code>(me, 'GET', `/sessions/${id}/code`)).token;

async function ticket(me: Someone, id: string, as = me): Promise<string> {
  const token = await tokenOf(me, id);
  return (await served<Ticket>(as, 'POST', `/sessions/${id}/tickets`, { token })).ticket;
}

/** The other person has come, and may have asked to be let in from afar. */
async function visited(me: Someone, far: boolean): Promise<{ id: string; person: string }> {
  const geofence = far ? { lat: 52.5, lng: 13.4, radius: 100 } : undefined;
  const { id, other } = await session(me, { ...(geofence && { geofence }) });
  const json = { ticket: await ticket(me, id, other), ask: far };
  await served(other, 'POST', `/sessions/${id}/attendance`, json);
  return { id, person: other.id };
}

export const ofSessions: Recipes = {
  'PATCH /sessions/{id}': async (me) => {
    const { id, updatedAt } = await session(me, { start: false });
    return { params: { id }, only: { ...content({ hosts: [me.id] }), seenAt: updatedAt } };
  },
  'POST /sessions/live': () => Promise.resolve({ only: { id: uuidv7(), ...content(), start: true } }),
  'POST /sessions/{id}/start': planned,
  'POST /sessions/{id}/cancel': planned,
  'POST /sessions/{id}/end': running,
  'PUT /sessions/{id}/running': async (me) => ({
    params: { id: (await session(me)).id },
    only: { shown: true },
  }),
  'POST /sessions/{id}/lock': async (me) => ({
    params: { id: (await session(me)).id },
    body: { reason: 'All are here' },
  }),
  'POST /sessions/{id}/unlock': async (me) => {
    const { id } = await session(me);
    await served(me, 'POST', `/sessions/${id}/lock`, { reason: 'All are here' });
    return { params: { id }, body: { reason: 'One is late' } };
  },
  'POST /sessions/{id}/passes': async (me) => {
    const { id } = await session(me);
    return { params: { id }, body: { token: await tokenOf(me, id) } };
  },
  'POST /sessions/{id}/tickets': async (me) => {
    const { id } = await session(me);
    return { params: { id }, only: { token: await tokenOf(me, id) } };
  },
  'POST /sessions/{id}/attendance': async (me) => {
    const { id } = await session(me);
    return { params: { id }, only: { ticket: await ticket(me, id) } };
  },
  'POST /sessions/{id}/offline-scans': async (me) => {
    const { id } = await session(me);
    const token = await tokenOf(me, id);
    const at = Date.now();
    const tapped = { v: 1, person: me.id, at };
    return { params: { id }, body: { token, tapped }, headers: { 'Sent-At': String(at) } };
  },
  'PUT /sessions/{id}/attendance/{person}': async (me) => {
    const { id, other } = await session(me);
    return { params: { id, person: other.id }, body: { status: 'present', reason: 'Seen at the door' } };
  },
  'PUT /sessions/{id}/requests/{person}': async (me) => ({ params: await visited(me, true) }),
  'POST /sessions/{id}/attendance/{person}/dismiss-flags': async (me) => {
    const it = await visited(me, false);
    await run(
      `UPDATE session_attendance SET flags = '[{"kind":"many_failures","words":"Six failures"}]' WHERE session_id = ?1 AND person_id = ?2`,
      it.id,
      it.person,
    );
    return { params: it };
  },
  'PUT /sessions/{id}/excuses/{person}': async (me) => {
    const { id, other } = await session(me);
    return { params: { id, person: other.id }, body: { reason: 'Ill until Friday' } };
  },
};
