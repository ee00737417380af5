import { uuidv7 } from 'uuidv7';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceList } from '../../../worker/contract/products/products';
import { ask, everything, listening, type Someone, someone } from '../workplace';
import {
  bundle,
  bundled,
  COUNTER,
  edited,
  eventsSince,
  list,
  onSale,
  pack,
  patch,
  post,
  put,
  refusal,
  repacked,
} from './catalogue';

let admin: Someone;
beforeEach(async () => {
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

describe('a package', () => {
  it('names its products in order, and is published to people who take registrations', async () => {
    const [tea, mug] = [await onSale(admin, { name: 'Tea' }), await onSale(admin, { name: 'Mug' })];
    const desk = await listening(await someone({ roles: ['releasing'] }), 'registrations');
    const lines = [
      { id: tea.id, quantity: 3 },
      { id: mug.id, quantity: 1 },
    ];
    const it = await bundled(admin, { products: lines });
    expect(it.products).toEqual([
      { id: mug.id, name: 'Mug', quantity: 1 },
      { id: tea.id, name: 'Tea', quantity: 3 },
    ]);
    await desk.until(() => desk.events.length > 0);
    expect(desk.events).toMatchObject([{ type: 'package.updated', data: it }]);
    expect(await pack(admin, it.id)).toEqual(it);
  });

  it('has its own tax rate, which a page of an earlier release does not change', async () => {
    const it = await bundled(admin, { taxRate: 700 });
    expect(await pack(admin, it.id)).toEqual(it);
    const { taxRate: _rate, ...known } = repacked(it, { price: 1 });
    expect(await (await patch(admin, `/packages/${it.id}`, known)).json()).toMatchObject({
      package: { price: 1, taxRate: 700 },
    });
    const [now] = [await pack(admin, it.id)];
    expect((await patch(admin, `/packages/${it.id}`, repacked(now, { taxRate: null }))).status).toBe(200);
    expect((await pack(admin, it.id)).taxRate).toBeNull();
  });

  it('is replaced by one of two simultaneous edits', async () => {
    const [tea, mug] = [await onSale(admin), await onSale(admin)];
    const it = await bundled(admin, { products: [{ id: tea.id, quantity: 3 }] });
    const change = (quantity: number) =>
      patch(admin, `/packages/${it.id}`, repacked(it, { products: [{ id: mug.id, quantity }] }));
    const answers = await Promise.all([change(1), change(2)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const now = await pack(admin, it.id);
    expect(now.products).toEqual([{ id: mug.id, name: mug.name, quantity: answers[0]?.ok ? 1 : 2 }]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    expect(await refusal(lost)).toMatchObject({ code: 'changed_meanwhile', current: now });
  });

  it('with unknown products, or inactive ones while it is active, is refused by name, and nothing is written', async () => {
    const [tea, mug] = [await onSale(admin), await onSale(admin)];
    const it = await bundled(admin, { products: [{ id: mug.id, quantity: 1 }] });
    await patch(admin, `/products/${mug.id}`, edited(mug, { active: false }));
    const kept = await everything();
    const lines = [tea.id, uuidv7(), mug.id].map((id) => ({ id, quantity: 1 }));
    const unknown = await post(admin, '/packages', bundle({ products: lines }));
    expect(unknown.status).toBe(400);
    expect((await refusal(unknown)).issues).toEqual([{ path: 'products.1.id', message: 'is no product' }]);
    const unsold = await patch(admin, `/packages/${it.id}`, repacked(it, { price: 1 }));
    expect(await refusal(unsold)).toMatchObject({
      code: 'product_inactive',
      detail: `${mug.name} is no longer sold.`,
      issues: [{ path: 'products.0.id' }],
    });
    expect(await everything()).toEqual(kept);
    expect((await patch(admin, `/packages/${it.id}`, repacked(it, { active: false }))).status).toBe(200);
  });

  it('has a unique name in any case, and created twice is one', async () => {
    const it = await bundled(admin, { name: 'Family' });
    const other = await bundled(admin);
    const kept = await everything();
    const tries = [
      await post(admin, '/packages', bundle({ name: 'FAMILY' })),
      await patch(admin, `/packages/${other.id}`, repacked(other, { name: 'family' })),
    ];
    for (const answer of tries) expect((await refusal(answer)).code).toBe('name_taken');
    expect((await refusal(await post(admin, '/packages', bundle({ id: it.id })))).code).toBe('id_taken');
    expect(await everything()).toEqual(kept);
    const { id, name, description, price } = it;
    expect((await post(admin, '/packages', { id, name, description, price, products: [] })).status).toBe(200);
    expect((await patch(admin, `/packages/${uuidv7()}`, repacked(it))).status).toBe(404);
  });
});

describe('a place', () => {
  const places = async () => (await (await ask('/places', { as: admin })).json<PlaceList>()).places;

  it('is created, renamed and closed, and published to people who work on orders', async () => {
    const id = uuidv7();
    const before = await list(admin);
    const steps = [
      { name: 'Café', active: true, asksReceiver: false },
      { name: 'Garden café', active: true, asksReceiver: false },
      { name: 'Garden café', active: true, asksReceiver: true },
      { name: 'Garden café', active: false, asksReceiver: true },
    ];
    for (const step of steps) {
      const answer = await put(admin, `/places/${id}`, step);
      expect(await answer.json()).toMatchObject({ place: { id, ...step } });
    }
    expect(await eventsSince(admin, 'orders', before)).toEqual(
      steps.map((step) => ({ type: 'place.updated', data: { id, ...step } })),
    );
    expect(await places()).toContainEqual({ id, name: 'Garden café', active: false, asksReceiver: true });
    expect(
      (
        await refusal(
          await put(admin, `/places/${uuidv7()}`, { name: 'COUNTER', active: true, asksReceiver: false }),
        )
      ).code,
    ).toBe('name_taken');
  });

  it('cannot be closed if it is the last one, also when the last two are closed at the same moment', async () => {
    const second = uuidv7();
    await put(admin, `/places/${second}`, { name: 'Shop', active: true, asksReceiver: false });
    const answers = await Promise.all([
      put(admin, `/places/${second}`, { name: 'Shop', active: false, asksReceiver: false }),
      put(admin, `/places/${COUNTER}`, { name: 'Counter', active: false, asksReceiver: false }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    expect((await refusal(lost)).code).toBe('last_place');
    expect((await places()).filter(({ active }) => active)).toHaveLength(1);
  });
});
