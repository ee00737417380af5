/** A night of sales: orders, drawers and the report are of the day on which it began. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { close, open } from '../../../worker/sales/drawers/drawers';
import { drawersOn } from '../../../worker/sales/drawers/list';
import { todayFrom } from '../../../worker/sales/listed';
import { takeOrder } from '../../../worker/sales/orders/take';
import { salesReport } from '../../../worker/sales/report/report';
import { scopeOf, type Someone, someone } from '../workplace';
import { place, product } from './shop';
import { pay } from './till';

const rule = { zone: 'Europe/Berlin', dayStart: '04:00' };

describe.each([
  ['an ordinary night', '2026-06-10', '2026-06-11', '+02:00', '+02:00'],
  ['the night the clocks go forward', '2026-03-28', '2026-03-29', '+01:00', '+01:00'],
  ['the night the clocks go back', '2026-10-24', '2026-10-25', '+02:00', '+02:00'],
])('sales at 23:50 and 00:10 of %s', (_night, date, next, evening, night) => {
  const scope = (as: Someone, at: string) => scopeOf(as, Date.parse(at), rule.zone, rule);

  it('are of one day, with the numbers 1 and 2, in a drawer that counts once', async () => {
    const [ana, kiosk, soap] = [
      await someone({ roles: ['cashier', 'admin'] }),
      await place(),
      await product({ price: 450 }),
    ];
    const { drawer } = await open(scope(ana, `${date}T22:00${evening}`), {
      ...{ id: uuidv7(), placeId: kiosk, float: 0 },
    });
    const times = [`${date}T23:50${evening}`, `${next}T00:10${night}`];
    for (const at of times) {
      const id = uuidv7();
      await takeOrder(scope(ana, at), {
        ...{ id, placeId: kiosk, state: 'pending', lines: [{ productId: soap.id, quantity: 1 }] },
      });
      await pay(ana, drawer.id, { id, label: '', total: 450 }, 'cash', Date.parse(at));
    }
    const { results } = await env.DB.prepare(
      'SELECT date, number FROM sales WHERE place_id = ?1 ORDER BY number',
    )
      .bind(kiosk)
      .all();
    expect(results).toEqual([
      { date, number: 1 },
      { date, number: 2 },
    ]);
    const morning = `${next}T12:00Z`;
    await close(scope(ana, `${next}T01:00${night}`), drawer.id, {
      ...{ counted: { cash: 900, card: 0, transfer: 0 }, note: null },
    });
    const listed = async (day: string) =>
      (await drawersOn(scope(ana, morning), day)).drawers.filter((it) => it.person.id === ana.id).length;
    expect([await listed(date), await listed(next)]).toEqual([1, 0]);
    const revenue = async (day: string) => (await salesReport(scope(ana, morning), day)).revenue;
    expect([await revenue(date), await revenue(next)]).toEqual([900, 0]);
    expect(times.map((at) => todayFrom(scope(ana, at)).date)).toEqual([date, date]);
    expect(todayFrom(scope(ana, morning)).date).toBe(next);
  });
});
