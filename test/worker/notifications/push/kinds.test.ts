/** What is pushed, from its cause to the device. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { PushKind } from '../../../../worker/contract/notifications/push';
import type { Role } from '../../../../worker/contract/roles';
import { at, inSince, MINUTE, eight } from '../../attendance/clocked';
import { days, decide, ok, propose, record, worked } from '../../attendance/corrections/corrected';
import { applicant, packed, register, registered } from '../../sales/registrations/registry';
import { cashier, paidOrder, product, releaser } from '../../sales/shop';
import { day, follow, jobsAt } from '../../schedules/rota';
import { begun, content, newHosts, host, send } from '../../sessions/hosted';
import { listening, type Someone, someone } from '../../workplace';
import { Browser } from './Browser';

beforeEach(() => Browser.online());

async function withPush(kind: PushKind, roles: Role[] = ['employee']): Promise<[Someone, Browser]> {
  const person = await someone({ roles });
  // The jobs of these tests run in the past.
  await env.DB.prepare('UPDATE sessions SET created_at = 1 WHERE id = ?').bind(person.session).run();
  const phone = await Browser.open();
  expect((await phone.subscribe(person, [kind])).status).toBe(200);
  return [person, phone];
}
const titles = ({ received }: Browser) => received.map(({ title }) => title);

it('a shift that ended, and a check-out that was assumed', async () => {
  const [ben, reminders] = await withPush('attendance.reminder');
  const [chi, closings] = await withPush('attendance.auto_checked_out');
  await follow([ben, chi], day);
  for (const who of [ben, chi]) await inSince(eight, who);
  await jobsAt(at('2026-06-10T16:45+02:00'));
  await jobsAt(at('2026-06-10T23:45+02:00'));
  expect(reminders.received).toMatchObject([
    {
      title: 'Are you still at work?',
      body: 'Your shift ended at 16:30. Check out when you leave.',
      href: '/',
    },
  ]);
  expect(titles(closings)).toEqual(['When did you leave on Wednesday 10 June?']);
});

it.each(['approve', 'reject'] as const)(
  'a decision on a correction (%s), within four D1 calls',
  async (what) => {
    const [ben, phone] = await withPush('correction.decided');
    await worked(ben, '10T08:00', '10T16:00');
    const { id } = await ok(propose(ben, days('10', [record('10T08:00', '10T17:00')])));
    await ok(decide(await someone({ roles: ['supervisor'] }), what, id));
    await jobsAt(Date.now());
    expect(phone.received).toMatchObject([{ href: '/' }]);
  },
);

it('a session that begins, to the people on its list, also if they start it', async () => {
  await newHosts();
  const [ben, phone] = await withPush('session.started');
  const [, stranger] = await withPush('session.started');
  await begun([ben]);
  const json = {
    id: uuidv7(),
    ...content({ people: [ben.id], title: 'Fire drill', room: null }),
    start: false,
  };
  await send(host, 'POST', '/sessions/live', json);
  const body: unknown = expect.stringMatching(/^Room 2, until \d\d:\d\d/);
  expect(phone.received).toMatchObject([{ title: 'First aid has begun', body, href: '/scan' }]);
  expect((await send(host, 'POST', `/sessions/${json.id}/start`, {})).status).toBe(200);
  expect(titles(phone)).toEqual(['First aid has begun', 'Fire drill has begun']);
  const shift = {
    id: uuidv7(),
    ...content({ kind: 'shift', people: [ben.id], title: 'Early shift' }),
    start: false,
  };
  await send(host, 'POST', '/sessions/live', shift);
  await jobsAt(Date.now() + MINUTE);
  expect(titles(phone)).toHaveLength(3);
  expect(stranger.received).toEqual([]);
});

it('an order and a registration that wait, while no one who releases has that desk open', async () => {
  const till = await cashier();
  const tea = await product();
  const [, orders] = await withPush('orders.waiting', ['releasing']);
  const [, registrations] = await withPush('registrations.waiting', ['releasing']);
  const [, sells] = await withPush('orders.waiting', ['cashier']);
  const order = () => paidOrder(till, [{ productId: tea.id, quantity: 1 }]);
  const apply = async () => {
    const { id, price } = await packed();
    return registered(
      register(till, applicant(id, { payment: { parts: [{ method: 'card', received: price }] } })),
    );
  };
  // A till, and a page of an admin that only lists products, release nothing.
  await listening(till, 'orders', '?presence=watch');
  await listening(await someone({ roles: ['admin'] }), 'orders');
  await order();
  await apply();
  expect(titles(orders)).toEqual(['An order waits for release']);
  expect(titles(registrations)).toEqual(['A registration waits for release']);
  expect(orders.headers[0]?.get('Topic')).toBe('orders-waiting');
  const desk = await listening(await releaser(), 'orders', '?presence=watch');
  await order();
  await apply();
  expect(titles(orders)).toHaveLength(1);
  expect(titles(registrations)).toHaveLength(2);
  desk.socket.close();
  await desk.until(() => desk.closed !== undefined);
  await order();
  expect(titles(orders)).toHaveLength(2);
  expect(sells.received).toEqual([]);
  expect((await env.DB.prepare('SELECT * FROM pushes').all()).results).toEqual([]);
});
