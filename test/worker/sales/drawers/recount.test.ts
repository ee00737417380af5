/** Payments and drawers changed behind the Worker's back: the job that sums closed drawers again reports them. */
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { ask, newKey, type Someone } from '../../workplace';
import { jobsAt } from '../../schedules/rota';
import { cashier, paidOrder, product } from '../shop';

const DAY = 86_400_000;
const QUARTER = 15 * 60_000;

/** A drawer with one payment, closed now. */
async function closedDrawer(): Promise<{ id: string; closedAt: number }> {
  const [ana, soap] = [await cashier(), await product()];
  await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
  return { id: ana.drawer, closedAt: await close(ana) };
}

async function close(ana: Someone & { drawer: string }): Promise<number> {
  const counted = { cash: 10_450, card: 0, transfer: 0 };
  const json = { counted, note: null };
  const answer = await ask(`/drawers/${ana.drawer}/close`, { as: ana, key: newKey(), json });
  return (await answer.json<{ drawer: { closedAt: number } }>()).drawer.closedAt;
}

/** What the jobs log in the quarter of an hour in which they sum the drawers that closed so many days before. */
async function reported(closedAt: number, daysAgo: number): Promise<unknown[]> {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  const sameDay = Math.floor(closedAt / DAY) * DAY + daysAgo * QUARTER;
  await jobsAt((sameDay < closedAt ? sameDay + DAY : sameDay) + daysAgo * DAY);
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
  log.mockRestore();
  return lines;
}

it('a closed drawer that equals its payments is not reported', async () => {
  const { closedAt } = await closedDrawer();
  expect(await reported(closedAt, 0)).toEqual([]);
});

it.each([0, 60, 95])(
  'a payment that was changed after its drawer closed is reported %i days later',
  async (daysAgo) => {
    const { id, closedAt } = await closedDrawer();
    const change = 'UPDATE payments SET amount = amount + 7, received = received + 7 WHERE drawer_id = ?1';
    await env.DB.prepare(change).bind(id).run();
    expect(await reported(closedAt, daysAgo)).toContainEqual({
      message: 'closed drawer differs from its payments',
      request: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      drawer: id,
      difference: { cash: 7, card: 0, transfer: 0 },
    });
  },
);

it('a closed drawer whose expected amounts were changed is reported', async () => {
  const { id, closedAt } = await closedDrawer();
  await env.DB.prepare(`UPDATE drawers SET expected = '{"cash":0,"card":0,"transfer":0}' WHERE id = ?1`)
    .bind(id)
    .run();
  expect(await reported(closedAt, 0)).toContainEqual(
    expect.objectContaining({ drawer: id, difference: { cash: 10_450, card: 0, transfer: 0 } }),
  );
});
