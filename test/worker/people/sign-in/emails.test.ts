/** Valid emails, each in one stored form: typed, imported, registered, enrolled, and at sign-in. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Enrolled } from '../../../../worker/contract/sessions/roster/courses';
import type { ImportReport } from '../../../../worker/contract/people/people';
import { sha256 } from '../../../../worker/contract/secrets';
import { applicant, packed, register } from '../../sales/registrations/registry';
import { cashier } from '../../sales/shop';
import { ask, newKey, type Someone, someone } from '../../workplace';

const PASSWORD = 'a harbour at dawn';
const signIn = (email: string, password = PASSWORD) =>
  ask('/session', {
    json: { email, password },
    headers: { 'CF-Connecting-IP': crypto.randomUUID() },
  });
const hire = (as: Someone, email: string, id = uuidv7()) =>
  ask('/people', {
    as,
    key: newKey(),
    json: {
      id,
      name: 'Someone',
      email,
      roles: ['employee'],
      department: null,
      position: null,
      category: null,
      zone: null,
    },
  });
const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code;

/** A new person who has chosen a password through the link. */
async function invited(as: Someone, email: string): Promise<Response> {
  const id = uuidv7();
  const hired = await hire(as, email, id);
  expect(hired.status, await hired.clone().text()).toBe(200);
  const token = `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll('-', '');
  const json = { hash: await sha256(token) };
  expect((await ask(`/people/${id}/invitation`, { as, json, key: newKey() })).status).toBe(200);
  return ask('/invitations/accept', { json: { token, password: PASSWORD } });
}

describe('a person whose email is', () => {
  it.each([
    ["o'brien@example.com", "O'Brien@Example.com", "o'brien@example.com"],
    ["d'@example.com", "d'@example.com", "d'@example.com"],
    ['ana+till@example.com', 'ana+till@example.com', 'ana+till@example.com'],
    ['r&d{1}@example.com', 'R&D{1}@example.com', 'r&d{1}@example.com'],
    ['anna@münchen.de', 'anna@xn--mnchen-3ya.de', 'anna@xn--mnchen-3ya.de'],
    ['xaver@xn--mnchen-3ya.de', ' xaver@MÜNCHEN.de ', 'xaver@xn--mnchen-3ya.de'],
    ['olga@пример.рф', 'olga@xn--e1afmkfd.xn--p1ai', 'olga@xn--e1afmkfd.xn--p1ai'],
  ])('%s accepts an invitation, and signs in as %s', async (typed, later, kept) => {
    const ana = await someone({ roles: ['admin'] });
    const accepted = await invited(ana, typed);
    expect(accepted.status, await accepted.clone().text()).toBe(200);
    expect(await accepted.json()).toMatchObject({ email: kept });
    const answer = await signIn(later);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ email: kept });
    const [cookie = ''] = answer.headers.getSetCookie()[0]?.split(';') ?? [];
    expect(await (await ask('/me', { as: { cookie } })).json()).toMatchObject({ email: kept });
    expect((await signIn(later, 'a harbour at dusk')).status).toBe(401);
    expect((await signIn(`x${kept}`)).status).toBe(401);
    expect(await codeOf(await hire(ana, later))).toBe('email_taken');
  });
});

it('an import trims emails and accepts each once', async () => {
  const ana = await someone({ roles: ['admin'] });
  const typed = [
    "sean.o'brien@example.com",
    'a@xn--mnchen-3ya.de',
    'A@münchen.de',
    'UPPER@Case.com',
    'upper@case.com',
    ' space@example.com ',
    '\u00A0nbsp@example.com\u00A0',
    'a b@example.com',
  ];
  const rows = typed.map((email, index) => ({
    line: index + 2,
    id: uuidv7(),
    name: 'Someone',
    email,
    department: 'W',
    position: '',
    category: '',
    roles: '',
  }));
  const answer = await ask('/people/import', { as: ana, json: { dryRun: false, rows }, key: newKey() });
  const { rows: reported } = await answer.json<ImportReport>();
  expect(reported.map(({ outcome, issues }) => issues[0]?.message ?? outcome)).toEqual([
    'created',
    'created',
    'is the same as in line 3',
    'created',
    'is the same as in line 5',
    'created',
    'created',
    'must be an email address, not “a b@example.com”',
  ]);
  const { results } = await env.DB.prepare(
    "SELECT email FROM people WHERE name = 'Someone' AND department = 'W' ORDER BY 1",
  ).all<{ email: string }>();
  expect(results.map(({ email }) => email)).toEqual([
    'a@xn--mnchen-3ya.de',
    'nbsp@example.com',
    "sean.o'brien@example.com",
    'space@example.com',
    'upper@case.com',
  ]);
});

it('a person joins a group by any typed form of their email', async () => {
  const [host, ana] = [await someone({ roles: ['host'] }), await someone({ roles: ['admin'] })];
  await hire(ana, 'gruppe@müller.de');
  const group = uuidv7();
  await ask(`/groups/${group}`, {
    method: 'PUT',
    as: host,
    key: newKey(),
    json: { name: `Group ${group}`, active: true },
  });
  const emails = ['Gruppe@MÜLLER.de', 'gruppe@xn--mller-kva.de', 'no\ufffebody'];
  const rows = emails.map((email, index) => ({ line: index + 2, email }));
  const json = { since: Date.now(), dryRun: false, rows };
  const answer = await ask(`/groups/${group}/members`, { as: host, json, key: newKey() });
  const { rows: outcomes } = await answer.json<Enrolled>();
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['enrolled', 'there', 'refused']);
  expect(outcomes[2]?.words).toBe('no\ufffdbody belongs to no person');
});

it('a registration stores such an email in its one form', async () => {
  const till = await cashier();
  const { id } = await packed();
  const it = applicant(id, { email: "Niamh.O'Neill@Köln.de", mobile: '\u202A+49 170 1234567\u202C' });
  expect((await register(till, it)).status).toBe(200);
  const { registrant } = await (
    await ask(`/registrations/${it.id}`, { as: till })
  ).json<{ registrant: object }>();
  expect(registrant).toMatchObject({ email: "niamh.o'neill@xn--kln-sna.de", mobile: '+491701234567' });
});
