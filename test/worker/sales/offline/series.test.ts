/** Receipts that devices number without network: a letter a device and drawer, and never a number twice. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { DeviceSeries } from '../../../../worker/contract/sales/offline/offline-sales';
import { receiptLabel } from '../../../../worker/contract/sales/receipts/receipts';
import { ask, everything, newKey } from '../../workplace';
import { product } from '../shop';
import { act, booked, closeDrawer, kinds, line, refusal, send, till, type Till } from './offline';

let ana: Till;
let tea: Awaited<ReturnType<typeof product>>;
beforeEach(async () => {
  [ana, tea] = [await till(), await product({ name: 'Tea', price: 250, stock: 1_000 })];
});

const put = (as: Till, device: string, key = newKey()) =>
  ask(`/drawers/${as.drawer}/devices/${device}`, { as, method: 'PUT', key });
const letter = async (as: Till, device = as.device) => (await put(as, device)).json<DeviceSeries>();
const sell = (as: Till, series: string, number: number, device = as.device) =>
  booked(send(as, act(as, [line(tea)], { device, receipt: receiptLabel(as.number, series, number) })));
const labels = async (drawer: string) => {
  const { results } = await env.DB.prepare(
    `SELECT letter || number AS label FROM receipts WHERE drawer_id = ?1 AND letter <> '' ORDER BY letter, number`,
  )
    .bind(drawer)
    .all<{ label: string }>();
  return results.map(({ label }) => label);
};

describe('a device', () => {
  it('gets a letter, and keeps it', async () => {
    const first = await letter(ana);
    expect(first).toMatchObject({ letter: 'A', next: 1, receipt: { at: expect.any(Number) as number } });
    expect(await letter(ana)).toEqual({ letter: 'A', next: 1, receipt: null });
    await sell(ana, 'A', 1);
    await sell(ana, 'A', 2);
    expect(await letter(ana)).toEqual({ letter: 'A', next: 3, receipt: null });
  });

  it('gets its own letter when many ask at once, and the 27th gets AA', async () => {
    const devices = Array.from({ length: 27 }, () => crypto.randomUUID());
    for (let from = 0; from < 24; from += 6)
      await Promise.all(devices.slice(from, from + 6).map((device) => letter(ana, device)));
    for (const device of devices.slice(24)) await letter(ana, device);
    const all = await Promise.all(devices.map((device) => letter(ana, device)));
    expect(new Set(all.map((it) => it.letter)).size).toBe(27);
    expect(all.at(-1)?.letter).toBe('AA');
  });

  it('has another letter in another drawer', async () => {
    const ben = await till();
    await letter(ben);
    expect(await letter(ben, ana.device)).toMatchObject({ letter: 'B' });
    expect(await letter(ana)).toMatchObject({ letter: 'A' });
  });

  it('gets none in another person’s drawer, an unknown or a closed one', async () => {
    const ben = await till();
    const before = await everything();
    expect(await refusal(put({ ...ben, drawer: ana.drawer }, ben.device))).toEqual([403, 'not_your_drawer']);
    expect(await refusal(put({ ...ben, drawer: uuidv7() }, ben.device))).toEqual([404, 'not_found']);
    expect(await everything()).toEqual(before);
    await closeDrawer(ben);
    expect(await refusal(put(ben, ben.device))).toEqual([409, 'drawer_closed']);
  });

  it('that had its letter before the drawer closed still knows it', async () => {
    await letter(ana);
    await closeDrawer(ana);
    expect(await letter(ana)).toMatchObject({ letter: 'A', next: 1 });
  });
});

describe('the number on a customer’s paper', () => {
  it('is the sale’s, also if sales of two devices arrive mixed', async () => {
    const phone = crypto.randomUUID();
    await letter(ana);
    await letter(ana, phone);
    const sales = [await sell(ana, 'A', 1), await sell(ana, 'B', 1, phone), await sell(ana, 'A', 2)];
    expect(sales.flatMap(kinds)).toEqual([]);
    expect(await labels(ana.drawer)).toEqual(['A1', 'A2', 'B1']);
  });

  it('counts for a device whose letter a restore has lost', async () => {
    expect(kinds(await sell(ana, 'C', 4))).toEqual([]);
    expect(await letter(ana)).toMatchObject({ letter: 'C', next: 5 });
    expect(await letter(ana, crypto.randomUUID())).toMatchObject({ letter: 'A' });
  });

  it('gives way to the one that has it: the sale gets the device’s next, and the list says both', async () => {
    await sell(ana, 'A', 1);
    const again = await sell(ana, 'A', 1);
    const [is, said] = [receiptLabel(ana.number, 'A', 2), receiptLabel(ana.number, 'A', 1)];
    expect(again.sale.label).toBe(is);
    expect(again.differences).toEqual([{ kind: 'receipt', said, is }]);
  });

  it('gives way to the device that has its letter', async () => {
    await letter(ana);
    const other = await sell(ana, 'A', 1, crypto.randomUUID());
    expect(other.sale.label).toBe(receiptLabel(ana.number, 'B', 1));
    expect(kinds(other)).toEqual(['receipt']);
    expect(kinds(await sell(ana, 'A', 1))).toEqual([]);
  });

  it('is had once when two sales with the same one race', async () => {
    const made = await Promise.all([1, 2, 3].map(() => sell(ana, 'A', 1)));
    expect(new Set(made.map(({ sale }) => sale.label)).size).toBe(3);
    expect(await labels(ana.drawer)).toEqual(['A1', 'A2', 'A3']);
  });

  it('is another in the person’s open drawer if its own is unknown', async () => {
    const receipt = receiptLabel(9_999, 'A', 7);
    const sold = act(ana, [line(tea)], { drawerId: uuidv7(), receipt });
    const { sale, differences } = await booked(send(ana, sold));
    const is = receiptLabel(ana.number, 'A', 7);
    expect(sale).toMatchObject({ label: is, payments: [{ drawerId: ana.drawer }] });
    expect(differences).toEqual([
      { kind: 'drawer', is: 'unknown' },
      { kind: 'receipt', said: receipt, is },
    ]);
  });
});
