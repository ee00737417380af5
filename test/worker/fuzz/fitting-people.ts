/** People, their hours and devices, schedules, settings and goods in the states that their routes need. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Closing } from '../../../worker/contract/settings/settings';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { newSecret, sha256 } from '../../../worker/contract/secrets';
import { addDays, dateIn } from '../../../worker/contract/zones';
import { png } from '../people/photos/pictures';
import { packed } from '../sales/registrations/registry';
import { product } from '../sales/shop';
import { day, open, week } from '../schedules/planned';
import { closeThrough, type Someone, someone } from '../workplace';
import { type Recipe, type Recipes, run, served } from './fitting';

const HOUR = 3_600_000;
const PASSWORD = 'a harbour at dawn';
const today = () => dateIn(env.WORKPLACE_ZONE, Date.now());

async function deactivated(me: Someone): Promise<string> {
  const { id } = await someone();
  await served(me, 'POST', `/people/${id}/deactivate`, {});
  return id;
}

async function invited(me: Someone) {
  const person = await someone();
  const token = newSecret();
  await served(me, 'POST', `/people/${person.id}/invitation`, { hash: await sha256(token) });
  return { ...person, token };
}

let daysAgo = 3;
/** A record of some hours on a past day that nobody has corrected. */
function pastDay() {
  const date = addDays(today(), -(daysAgo += 1));
  const inAt = Date.parse(`${date}T08:00:00Z`);
  return {
    reason: 'Forgot to check out',
    days: { from: date, to: date, records: [{ id: uuidv7(), inAt, outAt: inAt + 8 * HOUR, breaks: [] }] },
  };
}

async function correction(by: Someone): Promise<string> {
  const id = uuidv7();
  await served(by, 'POST', '/corrections', { id, ...pastDay() });
  return id;
}

/** A record of a check-in a minute ago. @param more columns and their values */
async function record(person: Someone, more: { inAgo?: number; out?: number; unconfirmed?: number } = {}) {
  const { inAgo = 60_000, out = Date.now() - 1_000, unconfirmed = 0 } = more;
  const [id, inAt] = [uuidv7(), Date.now() - inAgo];
  await run(
    `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, unconfirmed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)`,
    ...([id, person.id, dateIn(env.WORKPLACE_ZONE, inAt), env.WORKPLACE_ZONE] as const),
    ...([inAt, out, unconfirmed] as const),
  );
  return { id, inAt };
}

const photoOf = async (sql: string, id: string): Promise<string> =>
  (await env.DB.prepare(sql).bind(id).first<string>('photo')) ?? '';

async function photographed(me: Someone) {
  const { id } = await record(me);
  await served(me, 'PUT', `/attendance/records/${id}/photo`, undefined, png());
  return { id, photo: await photoOf('SELECT photo FROM attendance WHERE id = ?1', id) };
}

let schedules = 0;
async function schedule(me: Someone): Promise<string> {
  const id = uuidv7();
  await served(me, 'POST', '/schedules', {
    id,
    name: `Fits ${(schedules += 1)}`,
    validFrom: open,
    week: day,
  });
  return id;
}

async function group(): Promise<{ id: string; person: string }> {
  const [id, { id: person }] = [uuidv7(), await someone()];
  await run('INSERT INTO groups (id, name) VALUES (?1, ?1)', id);
  await run('INSERT INTO group_members (group_id, person_id, since) VALUES (?1, ?2, 1)', id, person);
  return { id, person };
}

/** The person's open record. */
async function openRecord(me: Someone): Promise<string> {
  const mine = env.DB.prepare('SELECT id FROM attendance WHERE person_id = ?1 AND out_at IS NULL').bind(
    me.id,
  );
  const open = await mine.first<string>('id');
  if (open !== null) return open;
  const id = uuidv7();
  await served(me, 'POST', '/attendance/check-in', { id });
  return id;
}

async function ended(me: Someone): Promise<void> {
  const mine = env.DB.prepare('SELECT id FROM breaks WHERE person_id = ?1 AND end_at IS NULL').bind(me.id);
  const id = await mine.first<string>('id');
  if (id !== null) await served(me, 'POST', '/attendance/break-end', { id });
}

async function department(me: Someone): Promise<string> {
  const [id, name] = [uuidv7(), `Ward ${uuidv7()}`];
  await served(me, 'POST', '/people', { ...about(id), department: name });
  const made = env.DB.prepare('SELECT id FROM departments WHERE name = ?1').bind(name);
  return (await made.first<string>('id')) ?? '';
}

const about = (id: string) => ({
  ...{ id, name: 'Kim Fits', email: `${id}@example.org`, roles: ['employee'] },
  ...{ department: null, position: null, category: null, zone: null, staffNumber: null },
});

const settings = () => defaultSettings(env.WORKPLACE_ZONE);
const decided: Recipe = async (_me, world) => {
  const by = await world.personAs('employee');
  return { params: { id: await correction(by ?? (await someone())) } };
};

export const ofPeople: Recipes = {
  'POST /session': async (me) => {
    const { token, email } = await invited(me);
    await served(undefined, 'POST', '/invitations/accept', { token, password: PASSWORD });
    return { body: { email, password: PASSWORD } };
  },
  'POST /invitations/accept': async (me) => ({
    body: { token: (await invited(me)).token, password: PASSWORD },
  }),
  'POST /people': () => Promise.resolve({ only: about(uuidv7()) }),
  'POST /people/{id}/deactivate': async () => ({ params: { id: (await someone()).id }, only: {} }),
  'PUT /people/{id}/employment': async () => {
    const { id } = await someone();
    const seenAt = await env.DB.prepare('SELECT updated_at AS at FROM people WHERE id = ?1')
      .bind(id)
      .first('at');
    return { params: { id }, only: { firstDay: '2021-01-01', lastDay: null, seenAt } };
  },
  'PUT /departments/{id}': async (me) => ({
    params: { id: await department(me) },
    body: { name: `Ward ${uuidv7()}` },
  }),
  'POST /attendance/check-in': async (me) => {
    await served(me, 'POST', '/attendance/check-out', { id: await openRecord(me) });
    return { only: { id: uuidv7() } };
  },
  'POST /attendance/check-out': async (me) => ({ only: { id: await openRecord(me) } }),
  'POST /attendance/break-start': async (me) => {
    const recordId = await openRecord(me);
    await ended(me);
    return { only: { id: uuidv7(), recordId, kind: 'meal' } };
  },
  'POST /attendance/break-end': async (me) => {
    const recordId = await openRecord(me);
    await ended(me);
    const id = uuidv7();
    await served(me, 'POST', '/attendance/break-start', { id, recordId, kind: 'rest' });
    return { only: { id } };
  },
  'POST /people/{id}/reactivate': async (me) => ({ params: { id: await deactivated(me) } }),
  'POST /people/{id}/erasure': async (me) => ({
    params: { id: await deactivated(me) },
    body: { reason: 'By their letter' },
  }),
  'PUT /people/{id}/photo': async () => ({ params: { id: (await someone()).id } }),
  'GET /people/{id}/photo/{photo}': async (me) => {
    const { id } = await someone();
    await served(me, 'PUT', `/people/${id}/photo`, undefined, png());
    return { params: { id, photo: await photoOf('SELECT image AS photo FROM people WHERE id = ?1', id) } };
  },
  'POST /attendance/confirm-check-out': async (me) => {
    const { id, inAt } = await record(me, { inAgo: 9 * HOUR, out: Date.now() - HOUR, unconfirmed: 1 });
    return { body: { id, outAt: inAt + 4 * HOUR } };
  },
  'PUT /attendance/records/{id}/photo': async (me) => ({ params: { id: (await record(me)).id } }),
  'GET /attendance/records/{id}/photo/{photo}': async (me) => ({ params: await photographed(me) }),
  'POST /corrections': () => Promise.resolve({ body: { id: uuidv7(), ...pastDay() } }),
  'POST /corrections/{id}/withdraw': async (me) => ({ params: { id: await correction(me) } }),
  'POST /corrections/{id}/approve': decided,
  'POST /corrections/{id}/reject': decided,
  'POST /attendance/people/{person}/days': async () => ({
    params: { person: (await someone()).id },
    only: { id: uuidv7(), ...pastDay() },
  }),
  'POST /notifications/push/test': async ({ session }) => {
    await run(
      `INSERT OR REPLACE INTO push_subscriptions (session_id, endpoint, p256dh, auth, origin, created_at, tested_at)
       VALUES (?1, 'https://fcm.googleapis.com/fcm/send/' || ?1, ?2, ?3, 'http://muster.test', 1, 0)`,
      session,
      `BA${'a'.repeat(85)}`,
      'a'.repeat(22),
    );
    return {};
  },
  'PUT /closing': async (me) => {
    await closeThrough(null);
    const { through } = await served<Closing>(me, 'GET', '/closing');
    return { only: { through: '2019-12-31', seen: through } };
  },
  'PUT /settings': () => Promise.resolve({ only: { validFrom: addDays(today(), 40), settings: settings() } }),
  'DELETE /settings/{validFrom}': async (me) => {
    const validFrom = addDays(today(), 41);
    await served(me, 'PUT', '/settings', { validFrom, settings: settings() });
    return { params: { validFrom } };
  },
  'POST /reports/trials/settings': () =>
    Promise.resolve({ only: { from: today(), to: today(), settings: settings() } }),
  'POST /reports/trials/schedules/{id}': async (me) => ({
    params: { id: await schedule(me) },
    only: { from: today(), to: today(), week: week() },
  }),
  'POST /schedules': () =>
    Promise.resolve({ body: { id: uuidv7(), name: `Fits ${(schedules += 1)}`, week: day } }),
  'POST /schedules/assignments': async (me) => ({
    only: { people: [(await someone()).id], scheduleId: await schedule(me), validFrom: addDays(today(), 1) },
  }),
  'PUT /schedules/{id}/weeks': async (me) => ({
    params: { id: await schedule(me) },
    only: { validFrom: addDays(today(), 9), week: week() },
  }),
  'DELETE /schedules/{id}/weeks/{validFrom}': async (me) => {
    const [id, validFrom] = [await schedule(me), addDays(today(), 9)];
    await served(me, 'PUT', `/schedules/${id}/weeks`, { validFrom, week: week() });
    return { params: { id, validFrom } };
  },
  'DELETE /groups/{id}/members/{person}': async () => ({ params: await group() }),
  'PATCH /products/{id}': async () => {
    const { id } = await product();
    return { params: { id }, body: { seenAt: 1, sku: id, barcode: null, name: 'Fits' } };
  },
  'PATCH /packages/{id}': async () => {
    const { id, name, inside } = await packed();
    const products = [{ id: inside.id, quantity: 3 }];
    return { params: { id }, body: { seenAt: 1, name, description: null, products } };
  },
};
