/** Accounts of registrants: a till can create one, but never take one over. */
import { allOf } from '../../../moves';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type {
  Membership,
  RegistrationDetails,
} from '../../../../worker/contract/sales/registrations/registrations';
import { newSecret, sha256 } from '../../../../worker/contract/secrets';
import { watched } from '../../../../worker/db/calls';
import { applicant, moveRegistration, packed, paidRegistration, register, registered } from './registry';
import { cashier, releaser } from '../shop';
import { ask, everything, listening, newKey, signedIn, type Someone, someone } from '../../workplace';

const codeOf = async (answer: Response) =>
  answer.status === 200 ? 'ok' : (await answer.json<{ code: string }>()).code;

async function link() {
  const secret = newSecret();
  return { secret, hash: await sha256(secret) };
}
const invite = async (as: Someone, id: string, it: { hash?: string; personId?: string; key?: string } = {}) =>
  ask(`/registrations/${id}/invitation`, {
    as,
    key: it.key ?? newKey(),
    json: { personId: it.personId ?? uuidv7(), hash: it.hash ?? (await link()).hash },
  });
const accept = (secret: string) =>
  ask('/invitations/accept', { json: { token: secret, password: 'a harbour at dawn' } });
const accessOf = async (as: Someone, id: string) =>
  (await (await ask(`/registrations/${id}`, { as })).json<RegistrationDetails>()).registrant.access;
const membershipOf = async (as: { cookie: string }) => (await ask('/membership', { as })).json<Membership>();
const personOf = (id: string) =>
  env.DB.prepare(
    'SELECT people.id, people.email, roles, people.name FROM people JOIN registrants ON person_id = people.id WHERE sale_id = ?1',
  )
    .bind(id)
    .first<{ id: string; email: string; roles: string; name: string }>();

/** A registration whose member has chosen a password, with the member's session. */
async function memberOf(ana: Someone) {
  const { registration, sale } = await paidRegistration(ana);
  const { secret, hash } = await link();
  await invite(ana, registration.id, { hash });
  expect((await accept(secret)).status).toBe(200);
  const person = await personOf(registration.id);
  if (!person) throw new Error('no person was linked');
  return { registration, sale, person, session: await signedIn(person.id) };
}

describe('an invitation from a till', () => {
  it('makes the registrant a member, whose link opens their membership and nothing of work', async () => {
    const ana = await cashier();
    const { registration } = await paidRegistration(ana, { name: 'Maria Silva' });
    const { secret, hash } = await link();
    expect(await accessOf(ana, registration.id)).toBe('none');
    expect(await codeOf(await invite(ana, registration.id, { hash }))).toBe('ok');
    expect(await accessOf(ana, registration.id)).toBe('invited');
    const person = await personOf(registration.id);
    expect(person).toMatchObject({ roles: '["member"]', name: 'Maria Silva' });
    const accepted = await accept(secret);
    expect(await accepted.json()).toMatchObject({ id: person?.id, roles: ['member'] });
    expect(await accessOf(ana, registration.id)).toBe('account');
    const session = await signedIn(person?.id ?? '');
    expect((await membershipOf(session)).registrations.map(({ id }) => id)).toEqual([registration.id]);
    expect((await ask('/attendance/mine', { as: session })).status).toBe(403);
  });

  it('made again is another link, and earlier links end', async () => {
    const ana = await cashier();
    const { registration } = await paidRegistration(ana);
    const [first, second] = [await link(), await link()];
    await invite(ana, registration.id, { hash: first.hash });
    expect(await codeOf(await invite(ana, registration.id, { hash: second.hash }))).toBe('ok');
    expect(await codeOf(await accept(first.secret))).toBe('invitation_spent');
    expect(await codeOf(await accept(second.secret))).toBe('ok');
  });

  it('repeated with the same key is the same invitation', async () => {
    const ana = await cashier();
    const { registration } = await paidRegistration(ana);
    const input = { key: newKey(), hash: (await link()).hash, personId: uuidv7() };
    const answers = [await invite(ana, registration.id, input), await invite(ana, registration.id, input)];
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(second).toEqual(first);
  });

  it('made at two tills at the same moment is one account', async () => {
    const [ana, eva] = [await cashier(), await cashier()];
    const { registration } = await paidRegistration(ana);
    const answers = await Promise.all([invite(ana, registration.id), invite(eva, registration.id)]);
    expect(await Promise.all(answers.map(codeOf))).toEqual(['ok', 'ok']);
    const { results } = await env.DB.prepare(
      'SELECT 1 FROM invitations JOIN registrants USING (person_id) WHERE sale_id = ?1 AND used_at IS NULL',
    )
      .bind(registration.id)
      .all();
    expect(results).toHaveLength(1);
  });

  it.each([
    ['a person who works here', ['employee'], 'email_taken'],
    ['an admin', ['admin'], 'email_taken'],
    ['a member who works here too', ['member', 'host'], 'email_taken'],
  ] as const)('never hands over the account of %s', async (_who, roles, why) => {
    const [ana, ben] = [await cashier(), await someone({ roles: [...roles] })];
    const { registration } = await paidRegistration(ana, { email: ben.email });
    const before = await everything();
    expect(await codeOf(await invite(ana, registration.id))).toBe(why);
    expect(await everything()).toEqual(before);
  });

  it('is refused for an account in use, also after its email registered again', async () => {
    const ana = await cashier();
    const { registration, sale, person, session } = await memberOf(ana);
    expect(await codeOf(await invite(ana, registration.id))).toBe('has_account');
    await registered(moveRegistration(ana, registration, allOf(sale, true, 'Again, with another package')));
    const again = await paidRegistration(ana, { email: person.email });
    expect(await codeOf(await invite(ana, again.registration.id))).toBe('has_account');
    const { registrations } = await membershipOf(session);
    expect(registrations.map(({ id, state }) => [id, state])).toEqual([
      [again.registration.id, 'paid'],
      [registration.id, 'cancelled'],
    ]);
  });

  it('is refused for a cancelled registration, an unknown one, or a deactivated person', async () => {
    const [ana, chief] = [await cashier(), await someone({ roles: ['admin'] })];
    const { registration } = await registered(register(ana, applicant((await packed()).id)));
    await invite(ana, registration.id);
    const person = await personOf(registration.id);
    await ask(`/people/${person?.id ?? ''}/deactivate`, { as: chief, json: {}, key: newKey() });
    expect(await codeOf(await invite(ana, registration.id))).toBe('deactivated');
    await registered(moveRegistration(ana, registration, { move: 'cancel', reason: 'Never came' }));
    expect(await codeOf(await invite(ana, registration.id))).toBe('registration_cancelled');
    expect(await codeOf(await invite(ana, uuidv7()))).toBe('not_found');
  });

  it('ends when its member begins to work here', async () => {
    const [ana, chief] = [await cashier(), await someone({ roles: ['admin'] })];
    const { registration } = await paidRegistration(ana);
    const { secret, hash } = await link();
    await invite(ana, registration.id, { hash });
    const person = await personOf(registration.id);
    const json = { roles: ['member', 'cashier'] };
    await ask(`/people/${person?.id ?? ''}/roles`, { as: chief, method: 'PUT', json, key: newKey() });
    expect(await codeOf(await accept(secret))).toBe('invitation_spent');
  });
});

describe('a member who begins to work here', () => {
  it('keeps no password from a till’s link, and no session', async () => {
    const [ana, chief] = [await cashier(), await someone({ roles: ['admin'] })];
    const { person, session } = await memberOf(ana);
    const json = { roles: ['member', 'supervisor'] };
    const path = `/people/${person.id}`;
    await ask(`${path}/roles`, { as: chief, method: 'PUT', json, key: newKey() });
    expect((await ask('/attendance/board', { as: session })).status).toBe(401);
    const signIn = () => ask('/session', { json: { email: person.email, password: 'a harbour at dawn' } });
    expect(await codeOf(await signIn())).toBe('wrong_credentials');
    const { secret, hash } = await link();
    await ask(`${path}/invitation`, { as: chief, json: { hash }, key: newKey() });
    expect(await codeOf(await accept(secret))).toBe('ok');
    await ask(`${path}/roles`, { as: chief, method: 'PUT', json: { roles: ['host'] }, key: newKey() });
    expect(await codeOf(await signIn())).toBe('ok');
  });
});

/** The database; it runs `happen` just before a session is written. */
it('a sign-in gets no session if its password is removed meanwhile', async () => {
  const [ana, chief] = [await cashier(), await someone({ roles: ['admin'] })];
  const { person } = await memberOf(ana);
  let promoted = 0;
  const DB = watched(env.DB, async (sent, call) => {
    if (sent.some(({ sql }) => sql.startsWith('INSERT INTO sessions'))) {
      const json = { roles: ['member', 'admin'] };
      const it = { as: chief, method: 'PUT', json, key: newKey() };
      promoted = (await ask(`/people/${person.id}/roles`, it)).status;
    }
    return call();
  });
  const json = { email: person.email, password: 'a harbour at dawn' };
  const signIn = await ask('/session', { json, env: { ...env, DB } });
  expect(promoted).toBe(200);
  expect(signIn.status).toBe(401);
  expect(signIn.headers.getSetCookie()).toEqual([]);
  const left = env.DB.prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?1').bind(person.id);
  expect(await left.first('n')).toBe(0);
});

describe('a membership', () => {
  it('shows the person’s own registrations, and gets an event of each move', async () => {
    const [ana, ben] = [await cashier(), await releaser()];
    const { registration, person, session } = await memberOf(ana);
    const other = await memberOf(ana);
    const own = await listening(session, `user.${person.id}`);
    const json = { items: [{ id: registration.id, version: registration.version }], receivedBy: 'Maria' };
    await ask('/registrations/release', { as: ben, json, key: newKey() });
    await own.until(() => own.events.length === 1);
    expect(own.events[0]).toMatchObject({
      type: 'registration.updated',
      data: { id: registration.id, state: 'released', release: { receivedBy: 'Maria' } },
    });
    expect((await membershipOf(other.session)).registrations.map(({ id }) => id)).toEqual([
      other.registration.id,
    ]);
  });

  it('hides what colleagues wrote for each other', async () => {
    const [ana, ben] = [await cashier(), await releaser()];
    const { registration, sale, person, session } = await memberOf(ana);
    const own = await listening(session, `user.${person.id}`);
    const claimed = await registered(moveRegistration(ben, registration, { move: 'claim' }));
    const cancel = allOf(sale, true, 'Rude at the till, do not serve again');
    const back = await registered(moveRegistration(ben, claimed.registration, { move: 'put_back' }));
    await registered(moveRegistration(ana, back.registration, cancel));
    await own.until(() => own.events.length === 3);
    const { registrations } = await membershipOf(session);
    expect(registrations).toMatchObject([{ state: 'cancelled', cancellation: { by: null, reason: '' } }]);
    expect(own.events[0]?.data).toMatchObject({ version: 2, claim: null });
    expect(own.events[2]?.data).toEqual(registrations[0]);
    expect(JSON.stringify([own.events, registrations])).not.toMatch(/Rude at the till/);
  });
});
