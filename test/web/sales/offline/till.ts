/** A till that sells without network, without a browser. */
import type { ApiClient } from '$lib/api';
import type { Reply } from '$lib/outbox/act';
import { Outbox } from '$lib/outbox/Outbox.svelte';
import { chargedInCart } from '$lib/sales/offline/charged';
import { OfflineSelling } from '$lib/sales/offline/OfflineSelling.svelte';
import * as parts from '$lib/sales/offline/selling';
import type { Series } from '$lib/sales/offline/series';
import { Counter } from '$lib/sales/orders/Counter.svelte';
import { LostPayments } from '$lib/sales/orders/LostPayments.svelte';
import { Selling } from '$lib/sales/orders/Selling.svelte';
import { vi } from 'vitest';
import { fakeOutbox } from '../../outbox/fake';
import { ana, drawer, idOf, Shop, tea } from '../Shop';

const away: Reply = { kind: 'later', signedOut: false };

/** A till whose server answers each act with the next reply, or not at all. */
export function setUp({
  letter = 'A',
  own = drawer,
}: { letter?: string | null; own?: typeof drawer | null } = {}) {
  const shop = new Shop(own);
  const here = fakeOutbox();
  const replies: Reply[] = [];
  const outbox = new Outbox(ana.id, { ...here, send: () => Promise.resolve(replies.shift() ?? away) });
  const series = new Map<string, Series>();
  const asked: string[] = [];
  const offline = new OfflineSelling({
    me: ana,
    till: () => shop.till,
    outbox: () => outbox,
    load: () =>
      Promise.resolve({
        ...parts,
        browserSeries: {
          device: () => Promise.resolve(idOf(77)),
          keep: (it) => Promise.resolve(void series.set(it.drawerId, it)),
          of: (id) => Promise.resolve(series.get(id)),
          take: (id) => {
            const it = series.get(id);
            if (it) series.set(id, { ...it, next: it.next + 1 });
            return Promise.resolve(it && { letter: it.letter, number: it.next });
          },
        },
      }),
    ask: (drawerId, device) => {
      asked.push(`${drawerId} ${device}`);
      return letter === null
        ? Promise.reject(new TypeError('no network'))
        : Promise.resolve({ letter, next: 1 });
    },
  });
  const api = { orders: { $post: () => Promise.reject(new TypeError('no network')) } };
  const selling = new Selling(api as unknown as ApiClient, () => shop.till, new LostPayments(ana.id));
  const counter = new Counter(() => shop.till, selling, offline);
  const sold = async (pieces: number, cash = { received: 1_000, tip: 0 }) => {
    for (let piece = 0; piece < pieces; piece += 1) counter.add(tea);
    counter.payOffline(counter.cart);
    const charged = chargedInCart(counter.cart);
    const done = counter.sellOffline(charged, { ...cash, due: charged.total });
    await vi.advanceTimersByTimeAsync(1);
    return done;
  };
  const acts = () => [...here.acts.values()];
  const stop = [outbox.start(), offline.start(), () => shop.stop()];
  return {
    shop,
    outbox,
    offline,
    selling,
    counter,
    sold,
    acts,
    replies,
    asked,
    series,
    back: () => here.back(),
    stop: () => stop.forEach((it) => it()),
  };
}
