/** The list of sales without network that differ, on two supervisors' screens. */
import { expect, it } from 'vitest';
import type { SalesToReview, SaleToReview } from '$contract/sales/offline/differences';
import type { ApiClient } from '$lib/api';
import { ToReview } from '$lib/sales/offline/ToReview.svelte';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';
import { ana, drawer, idOf, NOON } from '../Shop';

const sale = (n: number): SaleToReview => ({
  ...{ id: idOf(n), label: `D0147-A00${n}`, total: 250, currency: 'EUR', by: ana, place: drawer.place },
  drawer: { id: drawer.id, number: 147, date: '2026-06-10' },
  soldAt: NOON + n,
  arrivedAt: NOON + 1_000,
  differences: [{ kind: 'place' }],
});

/** A supervisor's screen, and the socket of its channel. */
function screen(sales: SaleToReview[], { answers = true, more = false } = {}) {
  const sockets: FakeSocket[] = [];
  const network: Network = {
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    since: (_channel, at) => Promise.resolve({ reset: false, ...at, events: [], more: false }),
    heads: () => Promise.resolve({ epoch, heads: {} }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const ended = () => undefined;
  const tills = new LiveChannel('tills', { epoch, head: 0 }, { network, ended });
  const asked: string[] = [];
  const put = ({ param: { id } }: { param: { id: string } }) => {
    asked.push(id);
    return answers
      ? Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ receipt: { entry: 5 } }) })
      : Promise.reject(new TypeError('no network'));
  };
  const api = { sales: { ':id': { review: { ['$put']: put } } } } as unknown as ApiClient;
  const from: SalesToReview = {
    at: { epoch, heads: { tills: 0 } },
    now: NOON,
    zone: 'Europe/Berlin',
    sales,
    more,
  };
  const list = new ToReview(from, { api, network, ended, tills });
  const stops = [tills.start(), list.start()];
  const say = (seq: number, type: string, data: unknown) =>
    sockets[0]?.say({
      ...{ kind: 'events', epoch, from: seq },
      events: [{ seq, entry: seq, type, at: NOON, by: ana.id, data }],
    });
  sockets[0]?.say({ kind: 'hello', v: 1, channel: 'tills', epoch, head: 0, replay: false });
  return {
    list,
    say,
    asked,
    labels: () => list.sales.map(({ label }) => label),
    stop: () => stops.forEach((it) => it()),
  };
}

it('shows the latest sold first, and a sale that differs as soon as it arrives', () => {
  const { say, labels, stop } = screen([sale(1), sale(3)]);
  say(1, 'sale.differed', sale(2));
  expect(labels()).toEqual(['D0147-A003', 'D0147-A002', 'D0147-A001']);
  stop();
});

it('a sale that one supervisor has looked at leaves both lists', async () => {
  const [own, other] = [screen([sale(1), sale(2)]), screen([sale(1), sale(2)])];
  await own.list.review({ id: idOf(1) });
  expect(own.labels()).toEqual(['D0147-A002']);
  other.say(1, 'sale.reviewed', { id: idOf(1), by: ana, at: NOON });
  expect([own.asked, other.labels()]).toEqual([[idOf(1)], ['D0147-A002']]);
  own.stop();
  other.stop();
});

it('a sale stays, with the reason, where the server does not answer', async () => {
  const { list, labels, stop } = screen([sale(1)], { answers: false });
  expect(await list.review({ id: idOf(1) })).toBe(false);
  expect([labels(), list.command.message]).toEqual([['D0147-A001'], expect.stringMatching(/didn’t answer/)]);
  stop();
});
