/** A till that registers people, at its own place and with its own package. */
import { expect } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import type { Employee, Workplace } from '../Workplace.ts';

export interface Registered {
  id: string;
  version: number;
  name: string;
  number: string;
}

export class Desk {
  private constructor(
    readonly workplace: Workplace,
    /** A cashier with an open drawer. */
    readonly cashier: Employee,
    readonly colleague: Colleague,
    readonly offer: { id: string; name: string },
    readonly product: { id: string; name: string },
  ) {}

  static async open(workplace: Workplace, name: string): Promise<Desk> {
    const cashier = await workplace.hire(name, ['cashier']);
    const mark = uuidv7().slice(-4);
    const [place, offer, product] = [
      { id: uuidv7(), name: `Front desk ${mark}` },
      { id: uuidv7(), name: `Back school ${mark}` },
      { id: uuidv7(), name: `Exercise band ${mark}` },
    ];
    const { db } = workplace;
    await db.batch([
      db.prepare('INSERT INTO places (id, name) VALUES (?1, ?2)').bind(place.id, place.name),
      db
        .prepare(
          `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT ?1, coalesce(max(number), 0) + 1, date('now'), ?2, ?3, 1, 10000 FROM drawers`,
        )
        .bind(uuidv7(), cashier.id, place.id),
      db
        .prepare(
          'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, 1290, 50, 5, 1)',
        )
        .bind(product.id, product.id.slice(-12), product.name),
      db
        .prepare('INSERT INTO packages (id, name, price, updated_at) VALUES (?1, ?2, 12900, 1)')
        .bind(offer.id, offer.name),
      db
        .prepare('INSERT INTO package_products (package_id, product_id, quantity) VALUES (?1, ?2, 2)')
        .bind(offer.id, product.id),
    ]);
    return new Desk(workplace, cashier, await Colleague.of(workplace, cashier), offer, product);
  }

  /** Registers a person through the API, paid by card by default. */
  async register(name: string, { paid = true }: { paid?: boolean } = {}): Promise<Registered> {
    const id = uuidv7();
    const answer = await this.colleague.api.post('registrations', {
      data: {
        id,
        name,
        mobile: '+491701234567',
        email: `${id}@customer.example`,
        packageId: this.offer.id,
        sponsor: null,
        payment: paid ? { parts: [{ method: 'card', received: 12_900 }] } : null,
      },
      headers: { 'Idempotency-Key': uuidv7() },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    const { registration } = (await answer.json()) as { registration: Registered };
    return registration;
  }
}
