/** Members: several share an email or have none, come again next year, and keep their number. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type {
  MemberList,
  Membership,
  RegistrationDetails,
} from '../../../../worker/contract/sales/registrations/registrations';
import { newSecret, sha256 } from '../../../../worker/contract/secrets';
import { meanwhile } from '../../products/catalogue';
import { cashier, releaser } from '../shop';
import { ask, everything, newKey, signedIn, type Someone, someone } from '../../workplace';
import { applicant, moveRegistration, packed, paidRegistration, register, registered } from './registry';

const codeOf = async (answer: Response) =>
  answer.status === 200 ? 'ok' : (await answer.json<{ code: string }>()).code;
const found = async (as: Someone, begins: string) =>
  (await (await ask(`/members?begins=${encodeURIComponent(begins)}`, { as })).json<MemberList>()).members;
const detailsOf = async (as: Someone, id: string) =>
  (await (await ask(`/registrations/${id}`, { as })).json<RegistrationDetails>()).registrant;
const emailOf = () => `${uuidv7()}@family.example`;
const person = (id: string) =>
  env.DB.prepare('SELECT person_id FROM registrants WHERE sale_id = ?1').bind(id).first<string>('person_id');

/** Invites, and chooses a password. @returns the account's session */
async function account(as: Someone, id: string) {
  const secret = newSecret();
  const json = { personId: uuidv7(), hash: await sha256(secret) };
  expect(await codeOf(await ask(`/registrations/${id}/invitation`, { as, json, key: newKey() }))).toBe('ok');
  const accepted = await ask('/invitations/accept', {
    json: { token: secret, password: 'a harbour at dawn' },
  });
  expect(accepted.status).toBe(200);
  return signedIn((await person(id)) ?? '');
}
/** A registration across midnight: the unique index of transaction numbers counts by date, so it is in no other's way. */
function onAnotherDate(by: Someone, packageId: string, it: { member: number; renews?: string }) {
  const id = uuidv7();
  return env.DB.batch([
    env.DB.prepare(
      `INSERT INTO sales (id, kind, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, changed_at)
       VALUES (?1, 'registration', '2001-01-01', ?3, 'pending', 1, 1, 0, 1, 0, 1, 'EUR', 1, ?2, 1)`,
    ).bind(id, by.id, it.member),
    env.DB.prepare(
      `INSERT INTO registrants (sale_id, member, name, mobile, package_id, package_name, renews) VALUES (?1, ?2, 'Other', '+49', ?3, '', ?4)`,
    ).bind(id, it.member, packageId, it.renews ?? null),
  ]);
}
const cardsOf = async (as: { cookie: string }) => {
  const { registrations } = await (await ask('/membership', { as })).json<Membership>();
  return registrations.map(({ name, memberId }) => [name, memberId]);
};

describe('an email', () => {
  it('may be of several members: a sibling is registered, and both have their card in one account', async () => {
    const [ana, email] = [await cashier(), emailOf()];
    const first = (await paidRegistration(ana, { name: 'Mia Kovač', email })).registration;
    const sibling = (await paidRegistration(ana, { name: 'Noa Kovač', email })).registration;
    expect(sibling.memberId).not.toBe(first.memberId);
    expect((await detailsOf(ana, first.id)).sharedWith).toEqual(['Noa Kovač']);
    const session = await account(ana, first.id);
    expect((await detailsOf(ana, sibling.id)).access).toBe('account');
    const third = (await paidRegistration(ana, { name: 'Lea Kovač', email })).registration;
    expect((await detailsOf(ana, third.id)).access).toBe('account');
    expect(await cardsOf(session)).toEqual([
      ['Lea Kovač', third.memberId],
      ['Noa Kovač', sibling.memberId],
      ['Mia Kovač', first.memberId],
    ]);
    const again = { personId: uuidv7(), hash: await sha256(newSecret()) };
    const invited = await ask(`/registrations/${third.id}/invitation`, {
      as: ana,
      json: again,
      key: newKey(),
    });
    expect(await codeOf(invited)).toBe('has_account');
  });

  it('may be missing: the member is registered, and no account is offered', async () => {
    const ana = await cashier();
    const { registration } = await paidRegistration(ana, { email: null });
    expect(await detailsOf(ana, registration.id)).toMatchObject({
      email: null,
      sharedWith: [],
      access: 'none',
    });
    const other = await paidRegistration(ana, { email: null });
    expect(await person(other.registration.id)).toBeNull();
    const before = await everything();
    const json = { personId: uuidv7(), hash: await sha256(newSecret()) };
    const invited = await ask(`/registrations/${registration.id}/invitation`, {
      as: ana,
      json,
      key: newKey(),
    });
    expect(await codeOf(invited)).toBe('no_email');
    expect(await everything()).toEqual(before);
  });
});

describe('a renewal', () => {
  it('keeps the member’s number and account, whatever email is given then', async () => {
    const ana = await cashier();
    const first = (await paidRegistration(ana, { email: emailOf() })).registration;
    const session = await account(ana, first.id);
    const next = await paidRegistration(ana, { renews: first.id, email: null, name: 'Maria Silva-Roth' });
    expect(next.registration.memberId).toBe(first.memberId);
    expect(await cardsOf(session)).toEqual([
      ['Maria Silva-Roth', first.memberId],
      ['Maria Silva', first.memberId],
    ]);
    const stored = env.DB.prepare('SELECT renews FROM registrants WHERE sale_id = ?1');
    expect(await stored.bind(next.registration.id).first('renews')).toBe(first.id);
  });

  it('is made once of a registration, also by two tills at the same moment', async () => {
    const [ana, eva] = [await cashier(), await cashier()];
    const first = (await paidRegistration(ana)).registration;
    const it = await packed();
    const answers = await Promise.all(
      [ana, eva].map((till) => register(till, applicant(it.id, { renews: first.id }))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = await answers.find(({ status }) => status === 409)?.json();
    expect(lost).toMatchObject({
      code: 'changed_meanwhile',
      detail: 'The registration of Maria Silva was renewed meanwhile.',
    });
  });

  it('that another till makes between the look and the write is refused', async () => {
    const ana = await cashier();
    const first = (await paidRegistration(ana)).registration;
    const it = await packed();
    const member = Number(first.memberId.slice(1));
    const other = () => onAnotherDate(ana, it.id, { member, renews: first.id });
    const answer = await register(ana, applicant(it.id, { renews: first.id }), { env: meanwhile(other) });
    expect(await codeOf(answer)).toBe('changed_meanwhile');
  });

  it('of a cancelled registration is refused, and a cancelled renewal can be made again', async () => {
    const [ana, it] = [await cashier(), await packed()];
    const first = (await registered(register(ana, applicant(it.id)))).registration;
    const renewal = (await registered(register(ana, applicant(it.id, { renews: first.id })))).registration;
    await registered(moveRegistration(ana, renewal, { move: 'cancel', reason: 'Typed wrongly' }));
    const again = await registered(register(ana, applicant(it.id, { renews: first.id })));
    expect(again.registration.memberId).toBe(first.memberId);
    await registered(moveRegistration(ana, again.registration, { move: 'cancel', reason: 'Left' }));
    await registered(moveRegistration(ana, first, { move: 'cancel', reason: 'Left' }));
    expect(await codeOf(await register(ana, applicant(it.id, { renews: first.id })))).toBe(
      'changed_meanwhile',
    );
  });
});

describe('a new member', () => {
  it('gets the next number, also when another date’s registration takes it meanwhile', async () => {
    const [ana, it] = [await cashier(), await packed()];
    const last = (await paidRegistration(ana)).registration;
    const taken = Number(last.memberId.slice(1)) + 1;
    const across = () => onAnotherDate(ana, it.id, { member: taken });
    const { registration } = await registered(register(ana, applicant(it.id), { env: meanwhile(across) }));
    expect(Number(registration.memberId.slice(1))).toBe(taken + 1);
  });
});

describe('members', () => {
  it('are found by the beginning of name, email or mobile number, without contact details', async () => {
    const [ana, email] = [await cashier(), emailOf()];
    const mobile = '+49170' + String(Date.now()).slice(-8);
    const name = `Žofie ${uuidv7().slice(-8)}`;
    const first = (await paidRegistration(ana, { name, email, mobile })).registration;
    const next = (await paidRegistration(ana, { name, email, mobile, renews: first.id })).registration;
    const member = {
      memberId: first.memberId,
      name,
      registrationId: next.id,
      package: next.package.name,
      date: next.date,
    };
    const spaced = `${mobile.slice(0, 3)} (170) ${mobile.slice(6, 10)}-${mobile.slice(10)}`;
    for (const begins of [name, name.slice(0, -2), email.toUpperCase(), email.slice(0, 30), spaced])
      expect(await found(ana, begins)).toEqual([member]);
    expect(await found(ana, mobile.slice(0, 5))).toEqual([]);
    expect(await found(ana, `${name}%`)).toEqual([]);
  });

  it('are at most five, need three characters, and are for people who take registrations', async () => {
    const ana = await cashier();
    const name = `Ida ${uuidv7().slice(-8)}`;
    for (let n = 0; n < 6; n += 1) await paidRegistration(ana, { name });
    expect(await found(ana, name)).toHaveLength(5);
    const path = '/members?begins=';
    expect(await codeOf(await ask(`${path}Id%20`, { as: ana }))).toBe('invalid_input');
    const desk = await releaser();
    expect(await codeOf(await ask(`${path}Ida`, { as: desk }))).toBe('not_allowed');
  });

  it('are looked for 1,000 times in a quarter of an hour by one person, and their contact details opened 200 times', async () => {
    const [ana, ben] = [await cashier(), await cashier()];
    const { registration } = await paidRegistration(ana);
    const looks = {
      names: (as: Someone) => ask('/members?begins=Nobody', { as }),
      contacts: (as: Someone) => ask(`/registrations/${registration.id}`, { as }),
    };
    for (const [what, most] of [
      ['names', 1_000],
      ['contacts', 200],
    ] as const) {
      const look = looks[what];
      await look(ana);
      await env.DB.prepare('UPDATE tries SET count = ?2 WHERE key = ?1')
        .bind(`${what}:${ana.id}`, most - 1)
        .run();
      expect((await look(ana)).status).toBe(200);
      const over = await look(ana);
      expect(Number(over.headers.get('Retry-After'))).toBeGreaterThan(60);
      expect(await codeOf(over)).toBe('too_many_tries');
      expect((await look(ben)).status).toBe(200);
    }
  });
});

describe('erasing one of a family', () => {
  it('erases their registrations of all years, and leaves the sibling their name and number, without the email', async () => {
    const [ana, chief, email] = [await cashier(), await someone({ roles: ['admin'] }), emailOf()];
    const mia = (await paidRegistration(ana, { name: 'Mia Erasable', email })).registration;
    const noa = (await paidRegistration(ana, { name: 'Noa Remains', email, mobile: '+4917099999999' }))
      .registration;
    const session = await account(ana, mia.id);
    const later = (await paidRegistration(ana, { name: 'Mia Roth', email: null, renews: mia.id }))
      .registration;
    const id = (await person(mia.id)) ?? '';
    const exported = await (
      await ask(`/people/${id}/export`, { as: chief })
    ).json<{
      registrations: { name: string; mobile: string }[];
      othersOfTheAccount: Record<string, unknown>[];
      payments: unknown[];
    }>();
    expect(exported.registrations.map(({ name }) => name).toSorted()).toEqual(['Mia Erasable', 'Mia Roth']);
    expect(exported.payments).toHaveLength(2);
    expect(exported.othersOfTheAccount).toMatchObject([{ name: 'Noa Remains', email }]);
    expect(JSON.stringify(exported)).not.toContain('+4917099999999');
    expect(await cardsOf(session)).toHaveLength(3);

    const write = (path: string, json: object) =>
      ask(`/people/${id}/${path}`, { as: chief, json, key: newKey() });
    expect((await write('deactivate', {})).status).toBe(200);
    expect((await write('erasure', { reason: 'Asked for it by letter' })).status).toBe(200);
    const left = async (saleId: string) =>
      env.DB.prepare('SELECT member, name, mobile, email, person_id FROM registrants WHERE sale_id = ?1')
        .bind(saleId)
        .first();
    const member = Number(mia.memberId.slice(1));
    const gone = { member, name: 'Erased', mobile: '', email: null };
    expect([await left(mia.id), await left(later.id)]).toMatchObject([gone, gone]);
    expect(await left(noa.id)).toEqual({
      member: Number(noa.memberId.slice(1)),
      name: 'Noa Remains',
      mobile: '+4917099999999',
      email: null,
      person_id: null,
    });
    expect(await found(ana, 'Mia Erasable')).toEqual([]);
    expect(await found(ana, 'Erased')).toEqual([]);
    expect(await found(ana, 'Noa Remains')).toHaveLength(1);
  });
});
