/** Two hosts, an admin and a session, with the requests that tests send. */
import { expect } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Code, HostedSession, Ticket } from '../../../worker/contract/sessions/sessions';
import type { SessionSheet } from '../../../worker/contract/sessions/sheet/sheets';
import { ask, newKey, type Someone, someone } from '../workplace';

export const MINUTE = 60_000;
export let [host, other, admin] = [] as unknown as [Someone, Someone, Someone];

/** Call it in `beforeEach`: one host for all tests would reach the limit of writes. */
export async function newHosts(): Promise<void> {
  [host, other, admin] = await Promise.all([
    someone({ roles: ['host'], name: 'Hana Host' }),
    someone({ roles: ['host'], name: 'Otto Other' }),
    someone({ roles: ['admin'], name: 'Ada Admin' }),
  ]);
}

export interface Made {
  session: HostedSession;
}

export const content = (more: object = {}) => ({
  ...{ kind: 'class', title: 'First aid', courseId: null, groups: [], people: [], hosts: [], room: 'Room 2' },
  startsAt: Date.now(),
  endsAt: Date.now() + 90 * MINUTE,
  lateAfterMinutes: 10,
  opensBeforeMinutes: 10,
  periodSeconds: 15,
  strict: false,
  geofence: null,
  ...more,
});

export const send = (as: Someone, method: string, path: string, json?: unknown, key = newKey()) =>
  ask(path, { method, as, json, key });

/** An active session with these people on its list. */
export async function begun(people: Someone[], more: object = {}, as = host): Promise<HostedSession> {
  const json = { id: uuidv7(), ...content({ people: people.map(({ id }) => id), ...more }), start: true };
  const answer = await send(as, 'POST', '/sessions/live', json);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json<Made>()).session;
}

export const code = async (id: string, as = host) => (await ask(`/sessions/${id}/code`, { as })).json<Code>();
export const sheet = async (id: string, as = host) =>
  (await ask(`/sessions/${id}/attendance`, { as })).json<SessionSheet>();
export const rowOf = async (id: string, who: Someone) =>
  (await sheet(id)).attendees.find(({ person }) => person.id === who.id);

export const ticketFor = (as: Someone, id: string, json: object) =>
  ask(`/sessions/${id}/tickets`, { as, json });
export async function scan(as: Someone, id: string, more: object = {}): Promise<Response> {
  const { token } = await code(id);
  const answer = await ticketFor(as, id, { token });
  if (!answer.ok) return answer;
  const { ticket } = await answer.json<Ticket>();
  return send(as, 'POST', `/sessions/${id}/attendance`, { ticket, ...more });
}
export const outcome = async (answer: Response) => {
  const body = await answer.json<{ outcome?: string; code?: string }>();
  return body.outcome ?? body.code;
};
