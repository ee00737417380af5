/** Registrations from the till to the release: unique emails and numbers, and goods held until the release. */
import { allOf } from '../../../moves';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { guards, Move, type Moves, type Released, type Step } from '../../../../worker/contract/sales/moves';
import {
  type NewRegistration,
  type Registration,
  type RegistrationDetails,
  type RegistrationList,
  registrationMoves,
  RegistrationState,
} from '../../../../worker/contract/sales/registrations/registrations';
import { can } from '../../../../worker/contract/roles';
import { register as take } from '../../../../worker/sales/registrations/register';
import { jobsAt } from '../../schedules/rota';
import { applicant, moveRegistration, packed, paidRegistration, register, registered } from './registry';
import { cashier, releaser, shelves } from '../shop';
import { ask, everything, listening, newKey, scopeOf, someone } from '../../workplace';

const DAY = 86_400_000;
const problem = async (answer: Promise<Response>) => {
  const response = await answer;
  const { code, detail, issues } = await response.json<{
    code: string;
    detail?: string;
    issues?: { path: string }[];
  }>();
  return { status: response.status, code, detail, paths: issues?.map(({ path }) => path) };
};
const code = async (answer: Promise<Response>) => (await problem(answer)).code;
const headOf = async (channel: string) =>
  (await env.DB.prepare('SELECT seq FROM heads WHERE channel = ?1').bind(channel).first<number>('seq')) ?? 0;
const eventsSince = async (channel: string, since: number) => {
  const { results } = await env.DB.prepare(
    'SELECT type, data FROM events WHERE channel = ?1 AND seq > ?2 ORDER BY seq',
  )
    .bind(channel, since)
    .all<{ type: string; data: string }>();
  return results.map(({ type, data }) => ({ type, data: JSON.parse(data) as Record<string, unknown> }));
};
const listOf = async (as: { cookie: string }) =>
  (await ask('/registrations', { as })).json<RegistrationList>();

const table: Moves<RegistrationState> = registrationMoves;
const broughtTo = (move: Move): object => {
  const fields: Partial<Record<Move, object>> = {
    pay: { parts: [{ method: 'card', received: 9_900 }] },
    release: { receivedBy: 'Maria' },
    cancel: { reason: 'Changed their mind' },
    refund: {
      reason: 'Changed their mind',
      restock: true,
      lines: [{ line: 0, quantity: 1 }],
      parts: [{ method: 'card', amount: 9_900 }],
    },
  };
  return fields[move] ?? {};
};
/** A registration in that state, with people of its own. */
async function inState(state: RegistrationState): Promise<Registration> {
  const till = await cashier();
  if (state === 'pending')
    return (await registered(register(till, applicant((await packed()).id)))).registration;
  const { registration } = await paidRegistration(till);
  if (state === 'paid') return registration;
  const act = state === 'released' ? 'release' : 'refund';
  const by = state === 'released' ? await releaser() : till;
  const moved = moveRegistration(by, registration, { move: act, ...broughtTo(act) });
  return (await registered(moved)).registration;
}

describe('a registration', () => {
  it('is paid, appears at the desk and is released; its goods are held until then', async () => {
    const [ana, ben, it] = [await cashier(), await releaser(), await packed({ price: 9_900, stock: 10 })];
    const wants = applicant(it.id, { mobile: '+49 (170) 123-45678', email: 'Maria.Silva@Customer.example' });
    const taken = await registered(register(ana, wants));
    expect(taken.registration).toMatchObject({
      state: 'pending',
      version: 1,
      name: 'Maria Silva',
      createdBy: { id: ana.id },
      package: { id: it.id, name: it.name },
      lines: [{ productId: it.inside.id, name: it.inside.name, quantity: 2 }],
    });
    expect(taken.registration.number).toMatch(/^\d{8}-\d{4}$/);
    expect(taken.registration.memberId).toMatch(/^M\d{6}$/);
    expect(taken.sale).toMatchObject({
      total: 9_900,
      payments: [],
      label: taken.registration.number,
      lines: [{ productId: null, name: it.name, quantity: 1, price: 9_900 }],
    });
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 2, sold: 0 });
    const payment = { parts: [{ method: 'cash', received: 10_000 }] };
    const paid = await registered(moveRegistration(ana, taken.registration, { move: 'pay', ...payment }));
    expect(paid.registration).toMatchObject({ state: 'paid', version: 2, expiresAt: null });
    expect(paid.sale?.payments).toMatchObject([{ amount: 9_900, change: 100, drawerId: ana.drawer }]);
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 2, sold: 0 });
    const claimed = await registered(moveRegistration(ben, paid.registration, { move: 'claim' }));
    const released = await registered(
      moveRegistration(ben, claimed.registration, { move: 'release', receivedBy: 'Maria Silva' }),
    );
    expect(released).toMatchObject({
      registration: { state: 'released', release: { by: { id: ben.id }, receivedBy: 'Maria Silva' } },
      sale: null,
    });
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const undone = await registered(moveRegistration(ben, released.registration, { move: 'undo' }));
    expect(undone.registration.state).toBe('paid');
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 2, sold: 0 });
    const details = await ask(`/registrations/${wants.id}`, { as: ana });
    expect((await details.json<RegistrationDetails>()).registrant).toEqual({
      mobile: '+4917012345678',
      email: 'maria.silva@customer.example',
      sponsor: null,
      sharedWith: [],
      access: 'none',
    });
  });

  it('can be created and paid in one commit, with both events', async () => {
    const [ana, it] = [await cashier(), await packed({ price: 2_500 })];
    const heads = await Promise.all(['registrations', 'tills', 'orders'].map(headOf));
    const payment = { parts: [{ method: 'cash', received: 3_000 }] };
    const { registration, sale } = await registered(register(ana, applicant(it.id, { payment })));
    expect(registration).toMatchObject({ state: 'paid', version: 1, expiresAt: null });
    expect(sale?.payments).toMatchObject([{ amount: 2_500, received: 3_000, change: 500 }]);
    const [events, tills, orders] = await Promise.all(
      ['registrations', 'tills', 'orders'].map((channel, n) => eventsSince(channel, heads[n] ?? 0)),
    );
    expect(events).toEqual([{ type: 'registration.created', data: registration }]);
    expect(tills).toEqual([
      { type: 'sale.created', data: sale },
      { type: 'sale.paid', data: sale },
    ]);
    expect(orders).toEqual([
      {
        type: 'stock.changed',
        data: { changes: [{ id: it.inside.id, stock: -2, held: 2, sold: 0, short: 0 }] },
      },
    ]);
  });

  it('with invalid input is refused with a reason, and nothing is written', async () => {
    const [ana, without, it, empty] = [
      await cashier(),
      await someone({ roles: ['cashier'] }),
      await packed({ price: 1_000 }),
      await packed({ stock: 1 }),
    ];
    const [closed, retired, there] = [await packed(), await packed(), applicant(it.id)];
    await registered(register(ana, there));
    await env.DB.batch([
      env.DB.prepare('UPDATE packages SET active = 0 WHERE id = ?1').bind(closed.id),
      env.DB.prepare('UPDATE products SET active = 0 WHERE id = ?1').bind(retired.inside.id),
    ]);
    const before = await everything();
    const cash = (received: number, method = 'cash') => ({ payment: { parts: [{ method, received }] } });
    const tries: [object, string, string[]?][] = [
      [applicant(it.id, { mobile: '0170 1234567' }), 'invalid_input', ['mobile']],
      [applicant(it.id, { email: 'maria' }), 'invalid_input', ['email']],
      [applicant(it.id, { name: ' ' }), 'invalid_input', ['name']],
      [applicant(it.id, { sponsor: 'x'.repeat(121) }), 'invalid_input', ['sponsor']],
      [{ ...applicant(it.id), price: 1 }, 'invalid_input', ['price']],
      [applicant(it.id, cash(10.5)), 'invalid_input', ['payment.parts.0.received']],
      [applicant(uuidv7()), 'invalid_input', ['packageId']],
      [applicant(it.id, { id: there.id }), 'invalid_input', ['id']],
      [applicant(closed.id), 'package_inactive'],
      [applicant(retired.id), 'product_inactive'],
      [applicant(empty.id), 'out_of_stock'],
      [applicant(it.id, { renews: uuidv7() }), 'invalid_input', ['renews']],
      [applicant(it.id, cash(999)), 'payment_short'],
      [applicant(it.id, cash(1_001, 'card')), 'payment_not_exact'],
    ];
    for (const [input, why, paths] of tries) {
      const answer = await problem(register(ana, input));
      expect([answer.code, answer.paths]).toEqual([why, paths]);
    }
    expect(await code(register(without, applicant(it.id, cash(1_000))))).toBe('no_drawer');
    expect((await problem(register(ana, applicant(empty.id)))).detail).toBe(
      `${empty.inside.name}: only 1 available.`,
    );
    expect(await everything()).toEqual(before);
  });

  it('with too large a total, tax included, is refused', async () => {
    const [ana, it] = [await cashier(), await packed({ price: 1_000_000_000 })];
    const before = await everything();
    const scope = scopeOf(ana, Date.now(), 'Europe/Berlin', { taxRate: 1_900, taxIncluded: false });
    await expect(take(scope, applicant(it.id) as NewRegistration)).rejects.toMatchObject({
      code: 'invalid_input',
      more: { detail: 'packageId: must total at most 10,000,000.00' },
    });
    expect(await everything()).toEqual(before);
  });

  it.each(RegistrationState.options)(
    'that is %s is moved by exactly those, and as exactly, that the table says',
    async (state) => {
      for (const move of Move.options)
        for (const role of ['cashier', 'releasing'] as const) {
          const who = await (role === 'cashier' ? cashier() : releaser());
          const at = await inState(state);
          const step: Step<RegistrationState> | undefined = table[state][move];
          const unmet = step?.guard !== undefined && !guards[step.guard](at, who.id, at.changed.at);
          const answer = await moveRegistration(who, at, { move, ...broughtTo(move) });
          const may = step !== undefined && can({ roles: [role] }, step.may) && !unmet;
          expect([move, role, answer.status === 200]).toEqual([move, role, may]);
        }
    },
  );

  it('that another person has just moved is refused with their name', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser('Ben Ochs'), await releaser()];
    const { registration } = await paidRegistration(ana);
    await registered(moveRegistration(ben, registration, { move: 'claim' }));
    const late = await problem(moveRegistration(eva, registration, { move: 'claim' }));
    expect(late).toMatchObject({ status: 409, code: 'moved_meanwhile' });
    expect(late.detail).toMatch(new RegExp(`^Ben Ochs has been releasing ${registration.number} since`));
  });

  it('frees its goods when it is cancelled, and is refunded as the cancellation says', async () => {
    const [ana, it] = [await cashier(), await packed({ price: 500, stock: 10 })];
    const payment = { parts: [{ method: 'cash', received: 500 }] };
    const wants = applicant(it.id, { payment });
    const first = await registered(register(ana, wants));
    const gone = await registered(moveRegistration(ana, first.registration, allOf(first.sale, true)));
    expect(gone.sale?.refunds).toMatchObject([{ amount: 500, payments: [{ drawerId: ana.drawer }] }]);
    expect(await shelves(it.inside.id)).toEqual({ stock: 10, held: 0, sold: 0 });
    const second = await registered(register(ana, { ...wants, id: uuidv7() }));
    await registered(moveRegistration(ana, second.registration, allOf(second.sale, false)));
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const memberIds = [first, second].map(({ registration: { memberId } }) => memberId);
    expect(new Set(memberIds).size).toBe(2);
  });

  it('that is unpaid is cancelled by the clock after the days in the settings; a paid one never', async () => {
    const [ana, it] = [await cashier(), await packed({ stock: 10 })];
    const wants = applicant(it.id);
    const { registration } = await registered(register(ana, wants));
    const { registration: paid } = await paidRegistration(ana);
    const due = registration.createdAt + 14 * DAY;
    expect(registration.expiresAt).toBe(due);
    await jobsAt(due - 1);
    expect((await listOf(ana)).registrations.find(({ id }) => id === wants.id)?.state).toBe('pending');
    const head = await headOf('registrations');
    await jobsAt(due);
    const events = await eventsSince('registrations', head);
    expect(events.filter(({ data }) => data['id'] === wants.id)).toMatchObject([
      {
        type: 'registration.cancelled',
        data: { state: 'cancelled', cancellation: { by: null, restocked: true } },
      },
    ]);
    expect(events.filter(({ data }) => data['id'] === paid.id)).toEqual([]);
    expect(await shelves(it.inside.id)).toEqual({ stock: 10, held: 0, sold: 0 });
    await registered(register(ana, { ...wants, id: uuidv7() }));
  });

  it('repeated with the same key is one registration with the same answer', async () => {
    const [ana, it] = [await cashier(), await packed({ stock: 10 })];
    const [wants, key] = [applicant(it.id), newKey()];
    const first = await registered(register(ana, wants, { key }));
    expect(await registered(register(ana, wants, { key }))).toEqual(first);
    expect(await shelves(it.inside.id)).toEqual({ stock: 8, held: 2, sold: 0 });
    expect(await code(register(ana, { ...wants, name: 'Marta' }, { key }))).toBe('key_reused');
  });
});

describe('ten tills at the same moment', () => {
  const tills = () => Promise.all(Array.from({ length: 10 }, () => cashier()));

  it('sell the last package once', async () => {
    const [ten, it] = [await tills(), await packed({ stock: 3 })];
    const answers = await Promise.all(ten.map((till) => register(till, applicant(it.id))));
    const codes = await Promise.all(
      answers.map(async (answer) =>
        answer.status === 200 ? 'won' : (await answer.json<{ code: string }>()).code,
      ),
    );
    expect(codes.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'out_of_stock'), 'won']);
    expect(await shelves(it.inside.id)).toEqual({ stock: 1, held: 2, sold: 0 });
  });

  it('give ten transaction numbers in a row, and ten member ids', async () => {
    const [ten, it] = [await tills(), await packed()];
    const all = await Promise.all(ten.map((till) => registered(register(till, applicant(it.id)))));
    const numbers = all
      .map(({ registration }) => Number(registration.number.slice(9)))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n));
    expect(new Set(all.map(({ registration }) => registration.memberId)).size).toBe(10);
  });
});

describe('many registrations', () => {
  it('are released in one commit; each of the others has its reason', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser(), await releaser('Eva Brandt')];
    const [one, two, theirs] = [
      await paidRegistration(ana),
      await paidRegistration(ana),
      await paidRegistration(ana),
    ];
    const pending = await registered(register(ana, applicant((await packed()).id)));
    await registered(moveRegistration(eva, theirs.registration, { move: 'claim' }));
    const desk = await listening(ben, 'registrations');
    const frames = desk.frames.length;
    const items = [one, two, pending].map(({ registration: { id, version } }) => ({ id, version }));
    const claimed = { id: theirs.registration.id, version: 2 };
    const json = { items: [...items, claimed, { id: uuidv7(), version: 1 }], receivedBy: 'The whole family' };
    const answer = await ask('/registrations/release', { as: ben, json, key: newKey() });
    const { outcomes, receipt } = await answer.json<Released>();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['released', 'released', 'illegal_move', 'claimed', 'not_found'],
    ]);
    expect(outcomes[3]?.words).toContain('Eva Brandt has been releasing');
    expect(receipt).not.toBeNull();
    await desk.until(() => desk.events.length === 2);
    expect(desk.frames.length).toBe(frames + 1);
    expect(desk.events.map(({ type }) => type)).toEqual(['registration.released', 'registration.released']);
  });
});

describe('contact details', () => {
  it('and money never reach a channel or an answer of people who do not take registrations', async () => {
    const [ana, ben] = [await cashier(), await releaser()];
    const secrets = ['+4917055512345', 'secret.customer@example.org', 'Sponsor Secretson'];
    const [mobile, email, sponsor] = secrets;
    const { registration } = await paidRegistration(ana, { mobile, email, sponsor });
    const claimed = await registered(moveRegistration(ben, registration, { move: 'claim' }));
    const acts = [
      claimed,
      await registered(moveRegistration(ben, claimed.registration, { move: 'release', receivedBy: 'Maria' })),
    ];
    const json = { items: [{ id: registration.id, version: 9 }], receivedBy: 'Maria' };
    const many = await ask('/registrations/release', { as: ben, json, key: newKey() });
    const invited = await ask(`/registrations/${registration.id}/invitation`, {
      as: ana,
      key: newKey(),
      json: { personId: uuidv7(), hash: 'ab'.repeat(32) },
    });
    expect(invited.status).toBe(200);
    const seen = JSON.stringify([acts, await listOf(ben), await many.json()]);
    for (const secret of secrets) expect(seen).not.toContain(secret);
    expect(seen).not.toMatch(/"(total|subtotal|tax|price|payment|refund|amount|method|received)"/);
    const { results } = await env.DB.prepare('SELECT channel, data FROM events').all<{
      channel: string;
      data: string;
    }>();
    for (const { channel, data } of results) {
      // Admins get the account with its email.
      const leaked = secrets.filter((secret) => data.includes(secret));
      expect([channel, leaked]).toEqual([
        channel,
        channel === 'admin.employees' && leaked.length > 0 ? [email] : [],
      ]);
      if (channel === 'registrations')
        expect(data).not.toMatch(/"(total|subtotal|tax|price|payment|refund)"/);
    }
    for (const roles of [['releasing'], ['employee'], ['supervisor'], ['host'], ['member']] as const) {
      const as = await someone({ roles: [...roles] });
      expect((await ask(`/registrations/${registration.id}`, { as })).status).toBe(403);
    }
    const list = await listOf(ana);
    expect(list.sales.map(({ id }) => id)).toContain(registration.id);
    expect(JSON.stringify(list)).not.toContain(mobile);
  });
});
