/** Text that people type: every route refuses it by one rule, and stores it as sent. */
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';
import type { Role } from '../../../worker/contract/roles';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { Note } from '../../../worker/contract/text';
import { anything } from '../../contract/texts';
import { kinds, textsOfBodies } from './taken';
import { ask, everything, newKey, someone } from '../workplace';

const payment = { parts: [{ method: 'cash', received: 1, reference: 'R 1' }] };
const discount = { by: 'amount', amount: 1, reason: 'Staff' };
const back = { restock: true, lines: [{ line: 1, quantity: 1 }], parts: [{ method: 'cash', amount: 1 }] };
const person = {
  name: 'Ana',
  email: 'ana@example.org',
  department: 'Ward',
  position: 'Nurse',
  category: 'Staff',
  zone: null,
  staffNumber: null,
};
const session = {
  ...{ kind: 'class', title: 'First aid', courseId: null, groups: [], people: [], hosts: [], room: 'Room 2' },
  ...{ startsAt: Date.now() + 60_000, endsAt: Date.now() + 120_000, lateAfterMinutes: 10 },
  ...{ opensBeforeMinutes: 10, periodSeconds: 15, strict: false, geofence: null },
};
const product = { sku: 'SKU-1', barcode: null, name: 'Tea', category: 'Drinks', price: 1, lowAt: 0 };
const packed = { name: 'Kit', description: 'All of it', price: 1, products: [] };
const week = { days: Array<null>(7).fill(null), graceMinutes: null, earlyMinutes: 0, halfDayMinutes: 0 };
const reason = 'A good reason';
const [version, receivedBy] = [1, 'Ana'];
const many = { items: [{ id: uuidv7(), version: 1 }], receivedBy: 'Ana' };
const id = uuidv7();
const date = '2027-01-04';
const days = { from: date, to: date, records: [] };

/** A valid body of every route with a text, and its capability. A new route must be added here. */
const lines = { lines: [{ productId: id, quantity: 1, discount }], discount: { ...discount } };
const offlineSale = {
  ...{ id, placeId: id, drawerId: id, device: uuidv7(), receipt: 'D0147-A001' },
  lines: [{ productId: id, name: 'Tea', quantity: 1, price: 1, taxRate: 0, discount }],
  ...{ discount: { ...discount }, taxIncluded: true, currency: 'EUR' },
  ...{ total: 1, rounding: 0, tip: 0, received: 1, change: 0 },
  tapped: { v: 1, person: id, at: 1 },
};
const bodies: Record<string, { as: Role; json: object }> = {
  'POST /setup': {
    as: 'admin',
    json: { token: 'a'.repeat(64), name: 'Ana', email: 'ana@example.org', password: 'long enough to be one' },
  },
  'POST /people': { as: 'admin', json: { id, ...person, roles: ['employee'] } },
  'POST /people/{id}/erasure': { as: 'admin', json: { reason } },
  'PATCH /people/{id}': { as: 'admin', json: { ...person, seenAt: 1 } },
  'PUT /attendance/days/{person}/{date}/mark': { as: 'admin', json: { status: null, note: 'Ill' } },
  'POST /corrections': {
    as: 'employee',
    json: { id, days, reason },
  },
  'POST /attendance/people/{person}/days': { as: 'admin', json: { id, days, reason } },
  'POST /attendance/days': {
    as: 'admin',
    json: { date, people: [{ id, personId: id }], records: [], reason },
  },
  'PUT /closing': { as: 'admin', json: { through: date, seen: null, reason } },
  'PUT /departments/{id}': { as: 'admin', json: { name: 'Ward' } },
  'POST /corrections/{id}/approve': { as: 'admin', json: { answer: reason } },
  'POST /corrections/{id}/reject': { as: 'admin', json: { answer: reason } },
  'PUT /settings': { as: 'admin', json: { validFrom: date, settings: defaultSettings('Europe/Berlin') } },
  'POST /reports/trials/settings': {
    as: 'admin',
    json: { from: date, to: date, settings: defaultSettings('Europe/Berlin') },
  },
  'POST /schedules': { as: 'admin', json: { id, name: 'Day', validFrom: date, week } },
  'PATCH /schedules/{id}': { as: 'admin', json: { name: 'Day' } },
  'PUT /holidays/{date}': { as: 'admin', json: { name: 'Harvest' } },
  'POST /sessions/live': { as: 'host', json: { id, ...session } },
  'PATCH /sessions/{id}': { as: 'host', json: { ...session, seenAt: 1 } },
  'POST /sessions/{id}/cancel': { as: 'host', json: { reason } },
  'POST /sessions/{id}/lock': { as: 'host', json: { reason } },
  'POST /sessions/{id}/unlock': { as: 'host', json: { reason } },
  'PUT /sessions/{id}/attendance/{person}': { as: 'host', json: { status: 'late', reason } },
  'PUT /sessions/{id}/excuses/{person}': { as: 'host', json: { reason } },
  'PUT /courses/{id}': { as: 'host', json: { name: 'Aid', threshold: 0, active: true } },
  'PUT /groups/{id}': { as: 'host', json: { name: 'A', active: true } },
  'POST /products': { as: 'admin', json: { id, ...product, stock: 0 } },
  'PATCH /products/{id}': { as: 'admin', json: { ...product, active: true, seenAt: 1 } },
  'POST /products/{id}/adjustments': { as: 'admin', json: { quantity: 1, reason } },
  'POST /packages': { as: 'admin', json: { id, ...packed } },
  'PATCH /packages/{id}': { as: 'admin', json: { ...packed, active: true, seenAt: 1 } },
  'PUT /places/{id}': { as: 'admin', json: { name: 'Counter', active: true, asksReceiver: false } },
  'POST /orders/release': { as: 'admin', json: many },
  'POST /orders': { as: 'admin', json: { id, placeId: id, ...lines } },
  'POST /orders/offline-sales': { as: 'admin', json: offlineSale },
  'PUT /orders/{id}/lines': { as: 'admin', json: { version, ...lines } },
  'POST /orders/{id}/payment': { as: 'admin', json: { version, ...payment } },
  'POST /orders/{id}/release': { as: 'admin', json: { version, receivedBy } },
  'POST /orders/{id}/cancellation': { as: 'admin', json: { version, reason } },
  'POST /orders/{id}/refunds': { as: 'admin', json: { version, reason, ...back } },
  'POST /orders/{id}/comments': { as: 'admin', json: { id, text: 'No sugar' } },
  'PATCH /orders/{id}/comments/{comment}': { as: 'admin', json: { text: 'No sugar' } },
  'POST /drawers/{id}/close': {
    as: 'admin',
    json: { counted: { cash: 0, card: 0, transfer: 0 }, note: 'All there' },
  },
  'POST /registrations': {
    as: 'admin',
    json: {
      ...{ id, packageId: id, name: 'Maria', mobile: '+4917012345678', email: 'maria@customer.example' },
      ...{ sponsor: 'Ana', payment },
    },
  },
  'POST /registrations/release': { as: 'admin', json: many },
  'POST /registrations/{id}/payment': { as: 'admin', json: { version, ...payment } },
  'POST /registrations/{id}/release': { as: 'admin', json: { version, receivedBy } },
  'POST /registrations/{id}/cancellation': { as: 'admin', json: { version, reason } },
  'POST /registrations/{id}/refunds': {
    as: 'admin',
    json: { version, reason, ...back },
  },
  'POST /displays': { as: 'admin', json: { id, name: 'Hall', placeId: null, hash: 'a'.repeat(64) } },
};

/** Strings with a separate rule, or that are not stored as sent. */
const others = new Set(['email', 'password', 'zone', 'settings.zone', 'kind']);
const rowsOfFiles = /^rows\./;

const withText = (body: object, field: string, text: string): object => {
  const copy = structuredClone(body) as Record<string, unknown>;
  const steps = field.split('.');
  const last = steps.pop() ?? '';
  const inside = steps.reduce((it, step) => it[step] as Record<string, unknown>, copy);
  expect(inside, field).toHaveProperty(last);
  inside[last] = text;
  return copy;
};

const addressed = (route: string): [method: string, path: string] => {
  const [method = '', path = ''] = route.split(' ');
  return [method, path.replace('{date}', date).replaceAll(/\{\w+\}/g, uuidv7())];
};

interface Problem {
  code: string;
  issues: { path: string; message: string }[];
}

/** Texts that may have several lines. */
const severalLines = /^(note|reason|answer|text|description|sellerAddress)$/;

let fields: { route: string; field: string }[] = [];
beforeAll(async () => {
  fields = (await textsOfBodies()).filter(({ field }) => !others.has(field) && !rowsOfFiles.test(field));
});

describe('forbidden text', () => {
  it('is tested in every field of every route', () => {
    expect(new Set(fields.map(({ route }) => route))).toEqual(new Set(Object.keys(bodies)));
    expect(fields.length).toBeGreaterThan(50);
  });

  it.each(Object.keys(bodies))('is refused in each field of %s, and changes nothing', async (route) => {
    const { as, json } = bodies[route] ?? { as: 'admin', json: {} };
    const [method, path] = addressed(route);
    const mine = fields.filter((it) => it.route === route);
    for (const { field } of mine) {
      const sender = await someone({ roles: [as] });
      const before = await everything();
      const send = (text: string) =>
        ask(path, { method, as: sender, key: newKey(), json: withText(json, field, text) });
      for (const [code, [character, words]] of Object.entries(kinds)) {
        const answer = await send(`Ana ${character}Kovač`);
        const { code: problem, issues } = await answer.json<Problem>();
        expect([answer.status, problem, issues]).toEqual([
          400,
          'invalid_input',
          [{ path: field, message: `must not contain ${words} (${code})` }],
        ]);
      }
      if (!severalLines.test(field.split('.').at(-1) ?? '')) {
        const { issues } = await (await send('Ana\nKovač')).json<Problem>();
        expect(issues).toEqual([{ path: field, message: 'must not contain line breaks (U+000A)' }]);
      }
      expect(await everything()).toEqual(before);
    }
  });
});

/** Many texts that the rule accepts, as it normalizes them. */
const accepted = (schema: ReturnType<typeof Note>): string[] =>
  fc.sample(anything, 3_000).flatMap((text) => {
    const taken = v.safeParse(schema, text);
    return taken.success ? [taken.output] : [];
  });

describe('accepted text', () => {
  const kept = accepted(Note(500));

  it('is read from the database as it was written, by value and from JSON', async () => {
    expect(kept.length).toBeGreaterThan(300);
    const rows = JSON.stringify(kept);
    const { results } = await env.DB.prepare('SELECT value FROM json_each(?1) ORDER BY key')
      .bind(rows)
      .all<{ value: string }>();
    expect(results.map(({ value }) => value)).toEqual(kept);
    const answers = await env.DB.batch<{ text: string }>(
      kept.map((text) => env.DB.prepare('SELECT ?1 AS text').bind(text)),
    );
    expect(answers.map(({ results: [row] }) => row?.text)).toEqual(kept);
  });

  it('may have several lines in notes', async () => {
    const notes = fields.filter(({ field }) => severalLines.test(field));
    expect(notes.length).toBeGreaterThan(10);
    for (const { route, field } of notes) {
      const { as, json } = bodies[route] ?? { as: 'admin', json: {} };
      const [method, path] = addressed(route);
      const sender = await someone({ roles: [as] });
      const body = withText(json, field, 'Ana\nKovač');
      const answer = await ask(path, { method, as: sender, key: newKey(), json: body });
      const { issues = [] } = await answer.json<Partial<Problem>>();
      expect([route, issues.filter(({ path: wrong }) => wrong === field)]).toEqual([route, []]);
    }
  });

  it('is composed, trimmed, and returned as it is stored', async () => {
    const admin = await someone({ roles: ['admin'] });
    const place = uuidv7();
    const json = {
      name: ' Cafe\u0301\tO’Brien \u{1F469}\u200D\u{1F52C} ',
      active: true,
      asksReceiver: false,
    };
    const answer = await ask(`/places/${place}`, { method: 'PUT', as: admin, key: newKey(), json });
    const name = 'Caf\u00e9 O’Brien \u{1F469}\u200D\u{1F52C}';
    expect(await answer.json()).toMatchObject({ place: { name } });
    expect(await env.DB.prepare('SELECT name FROM places WHERE id = ?1').bind(place).first('name')).toBe(
      name,
    );
  });
});
