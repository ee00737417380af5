/** A till: it sells, is paid, gives back, opens and closes its person's drawer, and prints receipts; an admin's also closes days. */
import { dateIn } from '../../../../worker/contract/zones';
import { businessDate } from '../../../../worker/contract/business-day';
import type { Till as Snapshot } from '../../../../worker/contract/sales/orders/orders';
import type { RegistrationChange } from '../../../../worker/contract/sales/registrations/registrations';
import { editProduct } from '../../../../worker/products/products';
import { close, open } from '../../../../worker/sales/drawers/drawers';
import { move } from '../../../../worker/sales/move';
import { tillNow } from '../../../../worker/sales/orders/list';
import { orderChange } from '../../../../worker/sales/orders/orders';
import { takeOrder } from '../../../../worker/sales/orders/take';
import { printReceipt } from '../../../../worker/sales/receipts/copies';
import { registrationChange, registrations } from '../../../../worker/sales/registrations/registrations';
import { register } from '../../../../worker/sales/registrations/register';
import { closeDay } from '../../../../worker/sales/report/day-reports';
import { setSettings } from '../../../../worker/settings/settings';
import { LiveTill } from '../../../../web/src/lib/sales/orders/LiveTill.svelte';
import type { Someone } from '../people';
import type { Acknowledged } from '../Phone';
import type { World } from '../World';
import { Counter, type Surroundings } from './Counter';
import { nextMove, someOrder } from './ordering';
import { nextOf, type Registered, someRegistration } from './registering';
import type { Workplace } from './workplace';

export class Till extends Counter<Snapshot, LiveTill> {
  readonly load = tillNow;
  /** What a person has in their hands: registrations that this page took. */
  readonly #registered = new Map<string, Registered>();

  constructor(
    world: World,
    person: Someone,
    name: string,
    acknowledged: Acknowledged[],
    private readonly workplace: Workplace,
  ) {
    super(world, person, name, acknowledged);
  }

  get isAdmin(): boolean {
    return this.person === this.workplace.sellers.at(-1);
  }

  protected viewOf = (snapshot: Snapshot, it: Surroundings): LiveTill => new LiveTill(snapshot, it);

  protected channelsOf = ({ channel, tills }: LiveTill) => [channel, tills];

  work(): void {
    const { view, world, command } = this;
    if (!view || !command.ready) return;
    if (!view.drawer && world.random() < 0.8) return void this.#openDrawer(view);
    const chance = world.random();
    if (chance < 0.03) void this.#closeDrawer(view);
    else if (chance < 0.09) void this.#print(view);
    else if (chance < 0.24) void this.#registrations(view);
    else if (chance < 0.34 && this.isAdmin) this.#govern(view);
    else void this.#orders(view);
  }

  #orders(view: LiveTill): Promise<boolean> | undefined {
    const { world } = this;
    const isNew = world.random() < 0.3;
    const order = world.any(view.all.filter(({ state }) => state !== 'cancelled'));
    const sale = order && view.sale(order.id);
    if (!isNew && order && sale) {
      const input = nextMove(world, view, order, sale);
      return input && this.move(order, input);
    }
    const content = someOrder(world, view, world.pick(this.workplace.places));
    return this.send({
      what: 'order',
      may: 'orders.sell',
      content,
      run: (scope, id) => orderChange(takeOrder(scope, { ...content, id })),
      take: this.takeOrder,
    });
  }

  #openDrawer({ drawer }: LiveTill): Promise<boolean> | undefined {
    if (drawer) return undefined;
    const content = { placeId: this.world.pick(this.workplace.places), float: 10_000 };
    return this.send({
      what: 'drawer',
      may: 'orders.sell',
      content,
      run: (scope, id) => open(scope, { ...content, id }),
    });
  }

  /** The end of a shift. */
  count(): void {
    if (this.view && this.command.ready) void this.#closeDrawer(this.view);
  }

  /** An admin closes the business day, or the one of half an hour ago. */
  closeDay(): void {
    if (!this.command.ready) return;
    const at = this.world.scheduler.now - this.world.pick([0, 30 * 60_000]);
    void this.send({
      what: 'day',
      may: 'sales.read',
      content: { at },
      run: (scope) => closeDay(scope, { date: businessDate(scope.me.settings, at) }),
    });
  }

  #closeDrawer({ drawer }: LiveTill): Promise<boolean> | undefined {
    if (!drawer) return undefined;
    const { id } = drawer;
    const content = { counted: { cash: 10_000, card: 0, transfer: 0 }, note: null };
    return this.send({
      what: 'count',
      may: 'orders.sell',
      content,
      id,
      run: (scope) => close(scope, id, content),
    });
  }

  #print(view: LiveTill): Promise<boolean> | undefined {
    const { world } = this;
    const sale = world.any(view.all.flatMap((it) => view.sale(it.id) ?? []));
    if (!sale || sale.payments.length === 0) return undefined;
    const refundId = world.pick([null, ...sale.refunds.map(({ id }) => id)]);
    return this.send({
      what: 'print',
      may: 'orders.sell',
      content: { saleId: sale.id, refundId },
      run: (scope) => printReceipt(scope, sale.id, { refundId }),
    });
  }

  #registrations(view: LiveTill): Promise<boolean> | undefined {
    const { world } = this;
    const known = world.any([...this.#registered.values()]);
    const take = ({ registration, sale }: RegistrationChange): void => {
      const its = sale ?? this.#registered.get(registration.id)?.sale;
      if (its) this.#registered.set(registration.id, { registration, sale: its });
    };
    const input = known && world.random() < 0.65 ? nextOf(world, known, view.rules) : undefined;
    if (known && input) {
      const { id } = known.registration;
      const run = (scope: Parameters<typeof move>[0]) =>
        registrationChange(move(scope, registrations, id, input));
      return this.send({ what: 'registration', may: 'orders.see', content: input, id, run, take });
    }
    const renews = world.random() < 0.5 ? known : undefined;
    const { packageId, prices } = this.workplace;
    const due = known?.sale.total ?? prices[2] ?? 0;
    const content = someRegistration(world, { packageId, renews, due, rules: view.rules });
    return this.send({
      what: 'register',
      may: 'registrations.take',
      content,
      run: (scope, id) => registrationChange(register(scope, { ...content, id })),
      take,
      mayBeOutdated: renews !== undefined,
    });
  }

  /** An admin changes a price, changes the rules of tax, or closes a day. */
  #govern(view: LiveTill): void {
    const { world } = this;
    const chance = world.random();
    if (chance < 0.4) return void this.#reprice(view);
    if (chance < 0.6) {
      const rules = { taxRate: world.pick(this.workplace.rates), taxIncluded: world.random() < 0.5 };
      return void this.send({
        what: 'rules',
        may: 'settings.manage',
        content: rules,
        run: (scope) =>
          setSettings(scope, {
            validFrom: dateIn(scope.me.settings.zone, scope.now()),
            settings: { ...scope.me.settings, ...rules },
          }),
      });
    }
    this.closeDay();
  }

  #reprice({ catalogue }: LiveTill): Promise<boolean> {
    const { world } = this;
    const { id, sku, name, lowAt, updatedAt } = world.pick(catalogue);
    const price = world.pick(this.workplace.prices);
    const taxRate = world.pick([null, ...this.workplace.rates]);
    const content = {
      sku,
      name,
      lowAt,
      price,
      taxRate,
      barcode: null,
      category: null,
      active: true,
      seenAt: updatedAt,
    };
    return this.send({
      what: 'price',
      may: 'products.manage',
      content,
      id,
      run: (scope) => editProduct(scope, id, content),
      mayBeOutdated: true,
    });
  }
}
