/** What pages and papers show, once all is well, is what the database has. */
import { tillNow } from '../../../../../worker/sales/orders/list';
import { receiptsIn } from '../../../../../worker/sales/receipts/rows';
import { ask } from '../../../../../worker/db/queries';
import type { SalesReceipt } from '../../../../../worker/contract/sales/receipts/receipts';
import type { Till as Snapshot } from '../../../../../worker/contract/sales/orders/orders';
import type { Sale } from '../../../../../worker/contract/sales/payments/payments';
import type { World } from '../../World';
import type { Desk } from '../Desk';
import { Till } from '../Till';
import { ZONE } from '../workplace';
import { total } from './exact';

const ANSWERED_MS = 3_000;

export async function mustShowTheSame(world: World, pages: readonly (Till | Desk)[]): Promise<void> {
  const answers = pages.map((page) =>
    page instanceof Till ? page.worker.answer(page.token, tillNow) : undefined,
  );
  const receipts = ask(world.db.d1, receiptsIn(world.db.d1, ZONE, ''));
  await world.runFor(ANSWERED_MS);
  for (const receipt of await receipts) mustBePrintedRight(world, receipt);
  const truth = world.db.rows<{ id: string; version: number; state: string; changedAt: number }>(
    `SELECT id, version, state, changed_at AS changedAt FROM sales
     WHERE kind = 'order' AND (state <> 'cancelled' OR number IS NOT NULL) ORDER BY id`,
  );
  for (const [index, page] of pages.entries()) {
    const { name } = page.owner;
    const answer = (await answers[index])?.body as Snapshot | undefined;
    mustListAll(world, page, truth);
    if (page instanceof Till && answer) mustShowMoney(world, page, answer, name);
  }
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** The open ones, and those of today; a page may show closed ones of yesterday, too. */
function mustListAll(
  world: World,
  { view, owner }: Till | Desk,
  truth: readonly { id: string; version: number; state: string; changedAt: number }[],
): void {
  const today = view?.date ?? '';
  const isOpen = (state: string) => state !== 'released' && state !== 'cancelled';
  const isListed = (state: string, at: number) => isOpen(state) || view?.dateOf(at) === today;
  const shown = (view?.all ?? [])
    .filter(({ state, changed }) => isListed(state, changed.at))
    .map(({ id, version, state }) => ({ id, version, state }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const listed = truth
    .filter(({ state, changedAt }) => isListed(state, changedAt))
    .map(({ id, version, state }) => ({ id, version, state }));
  world.same(shown, listed, `${owner.name} shows other orders`);
}

function mustShowMoney(world: World, { view }: Till, now: Snapshot, name: string): void {
  if (!view) return;
  for (const sale of now.sales) {
    const shown = view.sale(sale.id);
    world.same(shown && inOrder(shown), inOrder(sale), `${name} shows another sale`);
  }
  world.same([...view.products.all].sort(byId), [...now.products].sort(byId), `${name} shows other goods`);
  world.same(view.drawer?.id ?? null, now.drawer?.id ?? null, `${name} shows another drawer`);
}

/** Parts of one moment have ids in any order here; the Worker's own ids ascend. */
const inOrder = ({ payments, refunds, ...sale }: Sale) => ({
  ...sale,
  payments: [...payments].sort(byId),
  refunds: refunds.map((it) => ({ ...it, payments: [...it.payments].sort(byId) })),
});

/** The lines less the discount, with added tax, are the total, and so are the payments less the rounding. */
function mustBePrintedRight(world: World, receipt: SalesReceipt): void {
  const { lines, discount, taxes, taxIncluded, total: due, payments } = receipt;
  const tax = taxIncluded ? 0 : total(taxes.map((it) => it.tax));
  const value = total(lines.map(({ amount }) => amount)) - discount + tax;
  world.must(value === due, 'a receipt’s lines do not add up');
  world.must(total(taxes.map((it) => it.net + it.tax)) === due, 'a receipt’s taxes do not add up');
  const paid = total(payments.map(({ amount, rounding }) => amount - rounding));
  world.must(paid === due, 'a receipt’s payments do not add up');
}
