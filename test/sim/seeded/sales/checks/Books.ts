/** What an accountant would look at after each change, and remembers of before. */
import type { DayReport } from '../../../../../worker/contract/sales/report/day-reports';
import type { World } from '../../World';
import { STOCK } from '../workplace';
import { mustBeNumbered, mustKeepGoods } from './drawers';
import { mustBeReported } from './reports';
import { type Line, type Sale, salesWith } from './rows';
import { mustAddUp } from './sale';

export class Books {
  readonly #sales = new Map<string, Sale>();
  /** By their numbers, as they were printed. */
  readonly #reports = new Map<number, string>();
  readonly #coin: number;
  #restores = 0;

  constructor(private readonly world: World) {
    const [settings] = world.db.rows<{ coin: number }>(
      `SELECT value ->> 'smallestCoin' AS coin FROM settings`,
    );
    this.#coin = settings?.coin ?? 1;
  }

  check(): void {
    const world: World = this.world;
    if (!world.hasChanged) return;
    world.hasChanged = false;
    if (world.restores > this.#restores) this.#forget();
    mustKeepGoods(world, STOCK);
    mustBeNumbered(world);
    this.#checkSales();
    this.#checkReports();
  }

  /** What was seen may never have been. */
  #forget(): void {
    this.#restores = this.world.restores;
    this.#sales.clear();
    this.#reports.clear();
  }

  #checkSales(): void {
    const world: World = this.world;
    const versions = world.db.rows<Pick<Sale, 'id' | 'version'>>('SELECT id, version FROM sales');
    const changed = versions.filter(({ id, version }) => this.#sales.get(id)?.version !== version);
    for (const sale of salesWith(
      world,
      changed.map(({ id }) => id),
    )) {
      mustAddUp(world, sale, this.#coin);
      const before = this.#sales.get(sale.id);
      if (before) this.#mustGoOn(before, sale);
      this.#sales.set(sale.id, sale);
    }
  }

  /** A sale's past stays as it was. */
  #mustGoOn(before: Sale, sale: Sale): void {
    const world: World = this.world;
    world.must(before.state !== 'cancelled', 'a cancelled sale went on');
    if (before.paidAt !== null) {
      const { lines, payments, total, refunds } = sale;
      const same = { lines, payments, total, refunds: refunds.slice(0, before.refunds.length) };
      const { lines: its, payments: paid, total: due, refunds: back } = before;
      world.same(same, { lines: its, payments: paid, total: due, refunds: back }, 'a paid sale was changed');
    }
    const kept = ({ line, product, name, price, rate }: Line) =>
      JSON.stringify([line, product, name, price, rate]);
    const next = sale.lines.filter(({ line }) => before.lines.some((it) => it.line === line));
    if (sale.version === before.version + 1)
      for (const line of next)
        world.must(
          before.lines.some((it) => kept(it) === kept(line)),
          'an edit changed a line’s price',
        );
  }

  #checkReports(): void {
    const world: World = this.world;
    const rows = world.db.rows<{ number: number; drawerId: string | null; content: string }>(
      'SELECT number, drawer_id AS drawerId, content FROM day_reports',
    );
    const found = new Map(rows.map(({ number, content }) => [number, content]));
    for (const [number, content] of this.#reports)
      world.must(found.get(number) === content, 'a report was changed');
    for (const { number, drawerId, content } of rows) {
      if (this.#reports.has(number)) continue;
      mustBeReported(world, JSON.parse(content) as DayReport, drawerId);
      this.#reports.set(number, content);
    }
  }
}
