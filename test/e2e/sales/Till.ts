/** A till that takes orders through the API, at its own place. */
import { expect } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import type { Employee, Workplace } from '../Workplace.ts';

export interface Taken {
  id: string;
  version: number;
  /** Such as "001". */
  number: string;
}

interface Changed {
  order: { id: string; version: number; number: number };
  sale: { total: number } | null;
}

export class Till {
  private constructor(
    readonly colleague: Colleague,
    readonly place: { id: string; name: string },
    private readonly products: readonly string[],
  ) {}

  /** A cashier with an open drawer, at a new place with two new products. @param asks whether its desk asks for names */
  static async open(workplace: Workplace, name = 'Carla Till', { asks = true } = {}): Promise<Till> {
    const person = await workplace.hire(name, ['cashier']);
    const place = { id: uuidv7(), name: `Kiosk ${uuidv7().slice(-4)}` };
    const products = [uuidv7(), uuidv7()];
    const { db } = workplace;
    await db.batch([
      db
        .prepare('INSERT INTO places (id, name, asks_receiver) VALUES (?1, ?2, ?3)')
        .bind(place.id, place.name, asks ? 1 : 0),
      db
        .prepare(
          `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT ?1, coalesce(max(number), 0) + 1, date('now'), ?2, ?3, 1, 10000 FROM drawers`,
        )
        .bind(uuidv7(), person.id, place.id),
      ...['Cappuccino', 'Butter croissant'].map((what, n) =>
        db
          .prepare(
            'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, 350, 1000, 5, 1)',
          )
          .bind(products[n], products[n]?.slice(-12), what),
      ),
    ]);
    return new Till(await Colleague.of(workplace, person), place, products);
  }

  /** Another person at the same place, with their own drawer. */
  static async of(workplace: Workplace, { place, products }: Till, person: Employee): Promise<Till> {
    await workplace.db
      .prepare(
        `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT ?1, coalesce(max(number), 0) + 1, date('now'), ?2, ?3, 1, 10000 FROM drawers`,
      )
      .bind(uuidv7(), person.id, place.id)
      .run();
    return new Till(await Colleague.of(workplace, person), place, products);
  }

  /** An order for payment. */
  async take(quantity = 1): Promise<Taken & { total: number }> {
    const lines = this.products.map((productId) => ({ productId, quantity }));
    const made = await this.#post('orders', { id: uuidv7(), placeId: this.place.id, lines });
    const requested = await this.move(made, 'payment-request');
    return { ...takenOf(requested), total: requested.sale?.total ?? 0 };
  }

  /** An order that has been paid. */
  async sell(quantity = 1): Promise<Taken> {
    return this.pay(await this.take(quantity));
  }

  async pay({ id, version, total }: Taken & { total: number }): Promise<Taken> {
    const payment = { parts: [{ method: 'cash', received: total }] };
    return takenOf(await this.move({ order: { id, version } }, 'payment', { ...payment }));
  }

  move({ order }: { order: { id: string; version: number } }, path: string, what = {}): Promise<Changed> {
    return this.#post(`orders/${order.id}/${path}`, { version: order.version, ...what });
  }

  async #post(path: string, data: object): Promise<Changed> {
    const answer = await this.colleague.api.post(path, { data, headers: { 'Idempotency-Key': uuidv7() } });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as Changed;
  }
}

const takenOf = ({ order: { id, version, number } }: Changed): Taken => ({
  id,
  version,
  number: String(number).padStart(3, '0'),
});
