import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Calendar, type When } from '../../scripts/demo/calendar.ts';
import { demoOf } from '../../scripts/demo/demo.ts';
import { idAt } from '../../scripts/demo/ids.ts';
import type { Payment as Paid } from '../../scripts/demo/sale-payments.ts';
import { middayZone } from '../../scripts/demo/midday.ts';
import { peopleOf } from '../../scripts/demo/people.ts';
import { sellingOf } from '../../scripts/demo/products.ts';
import { minutesOf, planOf, weekOf } from '../../scripts/demo/schedules.ts';
import { settingsOf } from '../../scripts/demo/settings.ts';
import { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance/attendance.ts';
import { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import { dateIn } from '../../worker/contract/zones.ts';
import {
  AdjustStock,
  EditPackage,
  NewProduct,
  Package,
  Product,
  stockState,
} from '../../worker/contract/products/products.ts';
import { Notification } from '../../worker/contract/notifications/notifications.ts';
import { Email } from '../../worker/contract/email.ts';
import { Week } from '../../worker/contract/schedules/schedules.ts';
import { Course, Group } from '../../worker/contract/sessions/roster/courses.ts';
import { HostedSession } from '../../worker/contract/sessions/sessions.ts';
import { Flag } from '../../worker/contract/sessions/sheet/sheets.ts';
import { Settings } from '../../worker/contract/settings/settings.ts';
import { Id } from '../../worker/contract/values.ts';

const zone = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const people = peopleOf(new Calendar({ now: at('2026-11-18T09:10:00Z'), zone }), 0);

/** The demo at a moment, as the contract's records. */
function demoAt(when: When) {
  const demo = demoOf(when);
  return { ...demo, ...demo.history, ...demo.sessions };
}

describe('the people of the demo', () => {
  it('have valid and distinct emails and ids', () => {
    for (const { email, id } of people) {
      expect(v.is(Email, email), email).toBe(true);
      expect(v.is(Id, id), id).toBe(true);
    }
    expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
    expect(people.length).toBeGreaterThan(80);
  });

  it('follow valid schedules', () => {
    for (const person of people) expect(v.is(Week, weekOf(planOf(person), 2)), person.name).toBe(true);
    expect(v.is(Settings, settingsOf(zone))).toBe(true);
  });
});

describe('the café and shop of the demo', () => {
  const { products, packages, acts } = sellingOf(idAt(0, 'admin'), 0, 70 * 86_400_000);

  it('sell valid products, each barcode with its check digit', () => {
    expect(products).toHaveLength(24);
    for (const { held, sold, short, active, updatedAt, ...product } of products) {
      expect(v.is(Product, { held, sold, short, active, updatedAt, ...product }), product.name).toBe(true);
      expect(v.is(NewProduct, product), product.name).toBe(true);
      const digits = [...(product.barcode ?? '0000000000000')].map(Number);
      expect(digits).toHaveLength(13);
      expect(digits.reduce((sum, digit, i) => sum + digit * (i % 2 === 0 ? 1 : 3), 0) % 10).toBe(0);
    }
    for (const one of packages) {
      const { id: _id, updatedAt, products: lines, ...about } = one;
      expect(v.is(Package, one)).toBe(true);
      const input = lines.map(({ id, quantity }) => ({ id, quantity }));
      expect(v.is(EditPackage, { ...about, products: input, seenAt: updatedAt })).toBe(true);
      expect(lines.length).toBeGreaterThan(1);
    }
    expect(products.map(stockState).filter((state) => state === 'low')).toHaveLength(1);
    expect(products.map(stockState).filter((state) => state === 'out')).toHaveLength(1);
  });

  it('have their first stock plus all adjustments', () => {
    for (const { id, stock } of products) {
      const those = acts.filter(({ subject }) => subject === `product/${id}`).map(({ after }) => after);
      const began = v.parse(Product, those[0]);
      const given = those.slice(1).map((after) => {
        const { productId: _id, ...input } = v.parse(v.looseObject({}), after);
        return v.parse(AdjustStock, input).quantity;
      });
      expect(given.reduce((sum, each) => sum + each, began.stock)).toBe(stock);
    }
  });
});

// A Wednesday morning, a Saturday night, a Sunday afternoon, and the night the clocks went back.
describe.each([
  '2026-11-18T09:10:00Z',
  '2026-11-21T00:40:00Z',
  '2026-11-15T15:00:00Z',
  '2026-10-25T01:30:00Z',
])('the demo started at %s', (start) => {
  const now = at(start);
  const demo = demoAt({ now, zone });
  const { calendar, records, breaks, marks, corrections, acts, courses, sessions, parts, idle } = demo;

  it('is valid, and dated by the local date of each start', () => {
    for (const { forgotten, startsAt, reminded: _reminded, ...record } of records) {
      expect(v.is(AttendanceRecord, record)).toBe(true);
      expect(record.workDate).toBe(dateIn(zone, startsAt ?? record.inAt));
      expect(record.outAt ?? now).toBeGreaterThan(record.inAt);
      expect(Math.max(record.dueOut ?? record.dueAt, forgotten ?? 0)).toBeGreaterThan(record.inAt);
    }
    for (const one of breaks) expect(v.is(Break, one)).toBe(true);
    for (const one of marks) expect(v.is(Mark, one)).toBe(true);
    for (const one of corrections) expect(v.is(Correction, one)).toBe(true);
    for (const { personId, namedId: _namedId, namedAs: _namedAs, ...one } of demo.notices) {
      expect(v.is(Notification, one)).toBe(true);
      expect(v.is(Id, personId)).toBe(true);
    }
    for (const some of [records, breaks, corrections])
      expect(new Set(some.map(({ id }) => id)).size).toBe(some.length);
    expect(records.length).toBeGreaterThan(1_400);
  });

  it('shows a live board: some are in, no one twice, none overdue, and Mira is not in yet', () => {
    const open = records.filter(({ outAt }) => outAt === null);
    expect(open.length).toBeGreaterThanOrEqual(8);
    expect(new Set(open.map(({ personId }) => personId)).size).toBe(open.length);
    expect(open.every(({ dueAt }) => dueAt > now)).toBe(true);
    expect(records.filter((it) => it.personId === idle && it.workDate === dateIn(zone, now))).toEqual([]);
  });

  it('never has overlapping records of a person, nor a break outside its record', () => {
    for (const { id, name } of demo.people) {
      const own = records.filter(({ personId }) => personId === id).sort((a, b) => a.inAt - b.inAt);
      for (const [i, record] of own.entries()) {
        expect(own[i - 1]?.outAt ?? 0, `${name} ${record.workDate}`).toBeLessThan(record.inAt);
      }
    }
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const { recordId, startAt, endAt, dueAt } of breaks) {
      const { inAt = Infinity, outAt = 0 } = byId.get(recordId) ?? {};
      expect(startAt).toBeGreaterThan(inAt);
      expect(endAt ?? startAt).toBeLessThanOrEqual(outAt ?? now);
      if (endAt === null) expect(dueAt).toBeGreaterThan(now);
      if (endAt === null) expect(outAt).toBeNull();
    }
  });

  it('has a record or a mark for every shift that has ended', () => {
    const known = new Set([...records, ...marks].map(({ personId, workDate }) => `${personId} ${workDate}`));
    for (const person of demo.people.filter(({ id }) => id !== idle)) {
      for (const date of calendar.dates) {
        const planned = planOf(person).days.includes(calendar.like(date).dayOfWeek);
        const ended = calendar.at(date, minutesOf(planOf(person)).to + 1) <= now;
        const employed = demo.employment.isEmployed(person.id, date.toString());
        if (!planned || !ended || !employed || date.equals(calendar.holiday)) continue;
        expect(known.has(`${person.id} ${date.toString()}`), `${person.name} ${date.toString()}`).toBe(true);
      }
    }
  });

  it('has absences, leave, forgotten check-outs, and corrections of every kind, some waiting', () => {
    const statuses = new Set(marks.map(({ status }) => status));
    expect(statuses).toEqual(new Set(['absent', 'excused', 'on_leave']));
    expect(records.some(({ auto }) => auto)).toBe(true);
    const states = corrections.map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['approved', 'rejected', 'withdrawn', 'pending', 'entered']));
    expect(breaks.some(({ endAt, dueAt }) => endAt !== null && endAt > dueAt)).toBe(true);
    for (const { personId, decidedBy, before, after } of corrections) {
      expect(decidedBy?.id).not.toBe(personId);
      expect(after).not.toEqual(before);
    }
  });

  it('has weeks of past sessions, one that is running, and two to come', () => {
    for (const one of courses.courses) expect(v.is(Course, one)).toBe(true);
    for (const one of courses.groups) expect(v.is(Group, one)).toBe(true);
    for (const one of sessions) {
      expect(v.is(HostedSession, one), one.title).toBe(true);
      expect(one.workDate).toBe(dateIn(zone, one.startsAt));
      expect(one.hosts.length).toBeGreaterThan(0);
      expect(one.groups.length).toBeGreaterThan(0);
    }
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
    const states = Map.groupBy(sessions, ({ state }) => state);
    expect(states.get('completed')?.length).toBeGreaterThanOrEqual(16);
    expect(states.get('active')).toHaveLength(1);
    expect(states.get('scheduled')).toHaveLength(2);
    const [active] = states.get('active') ?? [];
    expect(active?.groups.map(({ name }) => name)).toContain('Therapy and pharmacy');
  });

  it('has attendees of every kind, no one twice, none later than now', () => {
    expect(new Set(parts.map(({ status }) => status))).toEqual(
      new Set(['present', 'late', 'absent', 'excused']),
    );
    expect(parts.some(({ flags }) => flags.length > 0)).toBe(true);
    expect(new Set(parts.map((it) => `${it.sessionId} ${it.personId}`)).size).toBe(parts.length);
    for (const { at, flags } of parts) {
      expect(at).toBeLessThanOrEqual(now);
      for (const flag of flags) expect(v.is(Flag, flag)).toBe(true);
    }
    // The reader scans in as her.
    const active = sessions.find(({ state }) => state === 'active')?.id;
    expect(parts.some((it) => it.sessionId === active && it.personId === idle)).toBe(false);
  });

  it('has a journal in order of time, with no entry later than now', () => {
    expect(acts.map((act) => act.at)).toEqual(acts.map((act) => act.at).sort((a, b) => a - b));
    expect(acts.at(-1)?.at).toBeLessThanOrEqual(now);
    const changes = acts.filter(({ action }) => action !== 'attendance.reminded');
    const last = new Map(changes.map(({ subject, after }) => [subject, after]));
    const approved = corrections.filter(({ state }) => state === 'approved').flatMap(({ after }) => after);
    const corrected = new Map(approved.map(({ record }) => [record.id, record]));
    for (const { forgotten: _forgotten, startsAt: _startsAt, reminded: _reminded, ...record } of records)
      expect(corrected.get(record.id) ?? last.get(`attendance/${record.id}`)).toEqual(record);
  });
});

it('has a night shift that crosses midnight', () => {
  const { records } = demoAt({ now: at('2026-11-18T09:10:00Z'), zone });
  const nights = records.filter(({ outAt, workDate }) => outAt !== null && dateIn(zone, outAt) > workDate);
  expect(new Set(nights.map(({ personId }) => personId)).size).toBeGreaterThanOrEqual(4);
});

it('has the same past in each run', () => {
  const when = { now: at('2026-11-18T09:10:00Z'), zone };
  expect(JSON.stringify(demoOf(when))).toBe(JSON.stringify(demoOf(when)));
});

it('can treat any day as a Wednesday, in its schedules too', () => {
  const when = { now: at('2026-11-15T13:00:00Z'), zone, midweek: true };
  const { records, calendar } = demoAt(when);
  expect(records.filter(({ workDate }) => workDate === '2026-11-15').length).toBeGreaterThan(25);
  const sunday = Temporal.PlainDate.from('2026-11-15').dayOfWeek - 1;
  for (const person of people)
    expect(weekOf(planOf(person), calendar.shift).days[sunday] !== null).toBe(
      planOf(person).days.includes(3),
    );
});

it.each(Array.from({ length: 24 }, (_, hour) => hour))(
  'finds a zone where it is afternoon at %i:00 UTC',
  (hour) => {
    const now = Date.UTC(2026, 10, 21, hour);
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: middayZone(now), hour: '2-digit' }).format(
      now,
    );
    expect(Number(local)).toBeGreaterThanOrEqual(12);
    expect(Number(local)).toBeLessThanOrEqual(17);
  },
);

type Payment = Paid & { saleId: string };

describe('the café of the demo', () => {
  const cafe = demoOf({ now: at('2026-11-18T11:00Z'), zone }).takings;
  const sales = cafe.sales as {
    date: string;
    state: string;
    subtotal: number;
    tax: number;
    total: number;
    refunded: number;
    readyAt: number | null;
  }[];
  const payments = cafe.drawers.flatMap(({ payments }) => payments as Payment[]);
  const sum = (those: readonly number[]) => those.reduce((all, one) => all + one, 0);

  it('has sold for two weeks, and six orders wait, one of them called', () => {
    expect(new Set(sales.map(({ date }) => date)).size).toBe(15);
    const open = sales.filter(({ state }) => state !== 'released');
    expect(open.map(({ state }) => state)).toEqual([
      ...['for_release', 'for_release', 'for_release', 'for_release', 'for_payment', 'pending'],
    ]);
    expect(open.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
    expect(open.every(({ date }) => date === '2026-11-18')).toBe(true);
    for (const { subtotal, tax, total } of sales) expect(subtotal + tax).toBe(total);
  });

  it('puts all payments into one drawer a shift, and only the last is open', () => {
    const sold = sales.filter(({ state }) => state === 'released' || state === 'for_release');
    expect(sum(payments.map(({ kind, amount }) => (kind === 'payment' ? amount : -amount)))).toBe(
      sum(sold.map(({ total, refunded }) => total - refunded)),
    );
    const open = cafe.drawers.map(({ closing }) => closing === undefined);
    expect(open).toEqual([...Array<boolean>(open.length - 1).fill(false), true]);
    expect(open.length).toBeGreaterThan(3 * 14);
  });

  it('has several rates of tax, discounts of lines and orders, split payments, tips and refunds', () => {
    const lines = cafe.lines as { taxRate: number; discount: number; share: number }[];
    expect(new Set(lines.map(({ taxRate }) => taxRate))).toEqual(new Set([1_900, 700]));
    const paid = payments.filter(({ kind }) => kind === 'payment');
    const split = [...Map.groupBy(paid, ({ saleId }) => saleId).values()].filter((parts) => parts.length > 1);
    const some = {
      lines: lines.filter(({ discount }) => discount > 0).length,
      orders: lines.filter(({ share }) => share > 0).length,
      split: split.length,
      tips: paid.filter(({ tip }) => tip > 0).length,
      refunds: cafe.refunds.length,
    };
    for (const [what, count] of Object.entries(some)) {
      expect(count, what).toBeGreaterThan(5);
      expect(count, what).toBeLessThan(sales.length / 4);
    }
    for (const { amount, tip, received, change } of payments) expect(received).toBe(amount + tip + change);
  });

  it('has the sold and held stock of its orders', () => {
    const lines = cafe.lines as { productId: string; quantity: number }[];
    expect(sum(cafe.products.map(({ held, sold }) => held + sold))).toBe(
      sum(lines.map(({ quantity }) => quantity)),
    );
  });
});
