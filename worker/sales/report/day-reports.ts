/** Reports of drawers and business days. Closing a drawer writes its own (drawers/drawers.ts); closing a day is here. */
import * as v from 'valibot';
import { businessDate } from '../../contract/business-day';
import { can } from '../../contract/roles';
import {
  type CloseDay,
  type DayClosed,
  type DayOfDrawers,
  DayReport,
  type DayReportLine,
  type DayReportList,
} from '../../contract/sales/report/day-reports';
import { addDays } from '../../contract/zones';
import { ask, row, rows, together } from '../../db/queries';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { drawersIn } from '../drawers/rows';
import { countOf, DRAWERS_OF_A_DAY, figuresOf, reportOf, reportRow } from './figures';

const LISTED_DAYS = 31;

/**
 * Closes a business day, once all its drawers are closed. A repeated request gets the first answer.
 * @throws Refusal `invalid_input` for a future date or one without drawers, `drawers_open`
 */
export async function closeDay(scope: Scope, { date }: CloseDay): Promise<DayClosed> {
  const { after, receipt } = await scope.commit({
    subject: `day/${date}`,
    action: 'day.closed',
    facts: (d1) =>
      together({
        drawers: drawersIn(d1, 'WHERE d.date = ?1 ORDER BY d.opened_at, d.id', [date]),
        figures: figuresOf(d1, DRAWERS_OF_A_DAY, date),
        closed: row(d1, 'SELECT 1 FROM day_reports WHERE date = ?1 AND drawer_id IS NULL', [date]),
      }),
    decide({ drawers, figures, closed }, me, now) {
      if (closed) return { done: 'day.closed' };
      if (date > businessDate(me.settings, now)) throw invalid('date', 'must not lie in the future');
      if (drawers.length === 0) throw invalid('date', 'has no drawers');
      const report = reportOf(figures, { date, of: null, drawers }, me, now);
      return {
        // A drawer that is opened meanwhile, a late payment or a copy makes it read again.
        write: reportRow(
          report,
          null,
          `${countOf(DRAWERS_OF_A_DAY, '?3')} = ?4 AND NOT EXISTS (SELECT 1 FROM drawers WHERE date = ?3 AND closed_at IS NULL)`,
          date,
          figures.rows,
        ),
        before: null,
        after: report,
      };
    },
  });
  return { report: v.parse(DayReport, after), receipt };
}

/** SQL: the fields of a list's line. */
const LINE = `r.number, r.date, (SELECT number FROM drawers WHERE id = r.drawer_id) AS drawer, r.at,
  (SELECT name FROM people WHERE id = r.by) AS by,
  (SELECT sum((value ->> 'payments') - (value ->> 'refunds')) FROM json_each(r.content, '$.methods')) AS taken`;

/** The person's own drawers' reports; all of them, and the days, for people who read the sales report. */
export async function dayReports(scope: Scope, requested?: string): Promise<DayReportList> {
  const { d1, me } = scope;
  const { zone, currency } = me.settings;
  const today = businessDate(me.settings, scope.now());
  const until = requested ?? today;
  const from = addDays(until, 1 - LISTED_DAYS);
  const own = can(me, 'sales.read') ? null : me.id;
  const { reports, days } = await ask(
    d1,
    together({
      reports: rows<v.InferOutput<typeof DayReportLine>>(
        d1,
        `SELECT ${LINE} FROM drawers AS d CROSS JOIN day_reports AS r ON r.drawer_id = d.id
         WHERE d.date >= ?1 AND d.date <= ?2 AND (?3 IS NULL OR d.person_id = ?3)
         UNION ALL
         SELECT ${LINE} FROM day_reports AS r WHERE r.drawer_id IS NULL AND r.date >= ?1 AND r.date <= ?2 AND ?3 IS NULL
         ORDER BY 1 DESC`,
        [from, until, own],
      ),
      days: rows<DayOfDrawers>(
        d1,
        `SELECT d.date, count(*) AS drawers, count(*) FILTER (WHERE d.closed_at IS NULL) AS open,
           (SELECT number FROM day_reports AS r WHERE r.drawer_id IS NULL AND r.date = d.date) AS report
         FROM drawers AS d WHERE d.date >= ?1 AND d.date <= ?2 AND ?3 IS NULL GROUP BY d.date ORDER BY d.date DESC`,
        [from, until, own],
      ),
    }),
  );
  return { from, until, today, zone, currency, reports, days };
}

/** @throws Refusal `not_found`, also for another person's unless one reads the sales report */
export async function dayReport({ d1, me }: Scope, number: number): Promise<DayReport> {
  const found = await ask(
    d1,
    row<{ content: string; personId: string | null }>(
      d1,
      `SELECT content, (SELECT person_id FROM drawers WHERE id = drawer_id) AS personId FROM day_reports WHERE number = ?1`,
      [number],
    ),
  );
  if (!found || (found.personId !== me.id && !can(me, 'sales.read'))) throw new Refusal('not_found');
  return v.parse(DayReport, JSON.parse(found.content));
}
