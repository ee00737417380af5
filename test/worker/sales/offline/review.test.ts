/** The list of sales without network that differ, for people who read the sales report. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Done } from '../../../../worker/contract/receipts';
import { receiptLabel } from '../../../../worker/contract/sales/receipts/receipts';
import { ask, everything, listening, newKey, type Someone, someone } from '../../workplace';
import { paidOrder, product } from '../shop';
import { act, booked, line, refusal, send, till, type Till, toReview } from './offline';

let ana: Till;
let admin: Someone;
let tea: Awaited<ReturnType<typeof product>>;
let numbers = 0;
beforeEach(async () => {
  [ana, admin, tea] = [
    await till('Ana Weber'),
    await someone({ roles: ['admin'] }),
    await product({ price: 250 }),
  ];
});

/** Sold for ten cents less than its price is now. */
async function cheap(ago = 0) {
  const receipt = receiptLabel(ana.number, 'A', (numbers += 1));
  return booked(send(ana, act(ana, [{ ...line(tea), price: 240 }], { receipt }), { ago }));
}
const look = (id: string, as = admin, key = newKey()) =>
  ask(`/sales/${id}/review`, { as, method: 'PUT', key });

describe('the list', () => {
  it('has who sold what, when, where, and how it differs', async () => {
    const { sale, order, differences } = await cheap();
    const { sales, more } = await toReview(admin, '?limit=1');
    expect(more).toBe((await toReview(admin)).sales.length > 1);
    expect(sales).toEqual([
      {
        id: sale.id,
        label: sale.label,
        total: 240,
        currency: 'EUR',
        by: { id: ana.id, name: 'Ana Weber' },
        place: order.place,
        drawer: { id: ana.drawer, number: ana.number, date: expect.stringMatching(/^\d{4}-/) as string },
        soldAt: order.paidAt,
        arrivedAt: order.arrivedAt,
        differences,
      },
    ]);
    expect(differences).toHaveLength(1);
  });

  it('is read in pages, the latest sold first', async () => {
    const made = [await cheap(3_000), await cheap(2_000), await cheap(1_000)].map(({ order }) => order.id);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { sales, more } = await toReview(admin, query);
      seen.push(...sales.map(({ id }) => id));
      if (!more) break;
      query = `?limit=2&before=${seen.at(-1)}`;
    }
    expect(seen.filter((id) => made.includes(id))).toEqual(made.toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('has no sale that does not differ', async () => {
    const { order } = await booked(send(ana, act(ana, [line(tea)])));
    expect((await toReview(admin)).sales.some(({ id }) => id === order.id)).toBe(false);
  });
});

describe('a sale that a person has looked at', () => {
  it('leaves the list of everyone, at once', async () => {
    const tills = await listening(admin, 'tills');
    const { sale } = await cheap();
    const [shown] = (await toReview(admin, '?limit=1')).sales;
    await tills.until(() => tills.events.some(({ type }) => type === 'sale.differed'));
    expect(tills.events.at(-1)?.data, 'the event has what the list has').toEqual(shown);
    const { receipt } = await (await look(sale.id)).json<Done>();
    await tills.until(() => tills.events.some(({ type }) => type === 'sale.reviewed'));
    expect(tills.events.at(-1)).toMatchObject({
      ...{ entry: receipt.entry, data: { id: sale.id, by: { id: admin.id }, at: receipt.at } },
    });
    expect((await toReview(admin)).sales.some(({ id }) => id === sale.id)).toBe(false);
  });

  it('is looked at once: a second person gets the first one’s receipt', async () => {
    const { sale } = await cheap();
    const answers = await Promise.all(
      [admin, await someone({ roles: ['admin'] })].map(async (as) => (await look(sale.id, as)).json<Done>()),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is refused if there is nothing to look at', async () => {
    const { order } = await booked(send(ana, act(ana, [line(tea)])));
    const online = await paidOrder(ana, [{ productId: tea.id, quantity: 1 }]);
    const before = await everything();
    expect(await refusal(look(order.id))).toEqual([404, 'not_found']);
    expect(await refusal(look(online.order.id))).toEqual([404, 'not_found']);
    expect(await everything()).toEqual(before);
  });

  it('is refused to the person who sold it, who reads no sales report', async () => {
    const { sale } = await cheap();
    expect(await refusal(look(sale.id, ana))).toEqual([403, 'not_allowed']);
    expect(await refusal(ask('/sales/to-review', { as: ana }))).toEqual([403, 'not_allowed']);
  });
});
