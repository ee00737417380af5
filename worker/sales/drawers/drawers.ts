/**
 * A cashier opens a drawer with a float and closes it with a count. Payments and refunds use the cashier's own open drawer.
 * Closing fixes the expected amounts; a later refund of its sales lies in another drawer.
 */
import * as v from 'valibot';
import { businessDate } from '../../contract/business-day';
import { userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import {
  type CloseDrawer,
  Drawer,
  type DrawerChange,
  type DrawerUpdate,
  type OpenDrawer,
  type OwnDrawer,
} from '../../contract/sales/drawers/drawers';
import type { Named } from '../../contract/sessions/sessions';
import { addDays } from '../../contract/zones';
import { ask, type Fact, map, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { countOf, figuresOf, ONE_DRAWER, reportOf, reportRow } from '../report/figures';
import { drawersIn, openDrawerOf } from './rows';

const INSERT = `INSERT INTO drawers (id, person_id, place_id, opened_at, float, number, date)
  SELECT ?1, ?2, id, ?4, ?5, ?6, ?7 FROM places WHERE id = ?3 AND active
    AND NOT EXISTS (SELECT 1 FROM day_reports WHERE date = ?7 AND drawer_id IS NULL)`;

const CLOSE = `UPDATE drawers SET closed_at = ?2 ->> 'closedAt', expected = ?2 -> 'expected', counted = ?2 -> 'counted',
    note = ?2 ->> 'note'
  WHERE id = ?2 ->> 'id' AND person_id = ?1 AND closed_at IS NULL
    AND ${countOf(ONE_DRAWER, 'drawers.id')} = ?3`;

const drawerSubject = (id: string): string => `drawer/${id}`;

/** The person's open drawer, and the places where they can open one, from one batch. */
export async function myDrawer({ d1, me, now }: Scope): Promise<OwnDrawer> {
  const { at, drawer, places } = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id), 'tills'),
      drawer: openDrawerOf(d1, me.id),
      places: rows<Named>(d1, 'SELECT id, name FROM places WHERE active ORDER BY name COLLATE NOCASE'),
    }),
  );
  const { zone, dayStart, currency } = me.settings;
  return { at, now: now(), zone, dayStart, currency, drawer: drawer ?? null, places };
}

/**
 * Opens the person's drawer. A repeated request for the same drawer gets the first receipt.
 * @throws Refusal `drawer_open` with the open one, `drawer_closed` if that drawer is closed, `place_closed`, `invalid_input`
 */
export async function open(scope: Scope, { id, placeId, float }: OpenDrawer): Promise<DrawerChange> {
  const answer = await scope.commit({
    subject: drawerSubject(id),
    action: 'drawer.opened',
    facts: (d1, who) =>
      together({
        opened: openDrawerOf(d1, who),
        same: drawerWith(d1, id),
        place: row<Named & { active: number }>(d1, 'SELECT id, name, active FROM places WHERE id = ?1', [
          placeId,
        ]),
        next: nextNumber(d1),
        closedDays: closedFrom(d1, businessDate(scope.me.settings, scope.now())),
      }),
    decide({ opened, same, place, next, closedDays }, me, now) {
      if (same && same.person.id !== me.id) throw invalid('id', 'is not new');
      if (same?.closedAt === null) return { done: 'drawer.opened' };
      if (same) throw new Refusal('drawer_closed', { current: same });
      if (opened) throw new Refusal('drawer_open', { current: opened });
      if (!place) throw invalid('placeId', 'is not a place of ours');
      if (!place.active) throw new Refusal('place_closed');
      const drawer: Drawer = {
        id,
        number: next,
        date: firstOpen(businessDate(me.settings, now), closedDays),
        person: { id: me.id, name: me.name },
        place: { id: place.id, name: place.name },
        openedAt: now,
        float,
        closedAt: null,
        expected: { cash: float, card: 0, transfer: 0 },
        counted: null,
        note: null,
        taxes: [],
        adjustments: [],
        late: [],
        report: null,
      };
      return {
        // When two requests race, unique indexes refuse a second open drawer of a person, and a number twice.
        write: query(INSERT, [id, me.id, placeId, now, float, drawer.number, drawer.date]),
        before: null,
        after: drawer,
        publish: drawerEvents(drawer),
      };
    },
  });
  return changed(scope, answer);
}

/**
 * Closes the person's drawer, stores the counted and expected amounts, and writes its report. The write requires as many payments
 * and receipts as were summed, so a payment at the same moment is counted or refused.
 * @throws Refusal `not_found`, `not_your_drawer`, `drawer_closed` with the closed drawer, `unavailable` before it has a number
 */
export async function close(scope: Scope, id: string, { counted, note }: CloseDrawer): Promise<DrawerChange> {
  const answer = await scope.commit({
    subject: drawerSubject(id),
    action: 'drawer.closed',
    facts: (d1) =>
      together({
        before: drawerWith(d1, id),
        figures: figuresOf(d1, ONE_DRAWER, id),
      }),
    decide({ before, figures }, me, now) {
      if (!before) throw new Refusal('not_found');
      if (before.person.id !== me.id) throw new Refusal('not_your_drawer');
      if (before.closedAt !== null) throw new Refusal('drawer_closed', { current: before });
      // Its report is for ever: it waits for the number that a job gives (unnumbered.ts).
      if (before.number === 0) throw new Refusal('unavailable');
      const at = Math.max(now, before.openedAt);
      const after: Drawer = { ...before, closedAt: at, counted, note, report: figures.next };
      const report = reportOf(figures, { date: before.date, of: before.number, drawers: [after] }, me, at);
      return {
        at,
        write: query(CLOSE, [me.id, JSON.stringify(after), figures.rows]),
        before,
        after,
        also: [reportRow(report, id)],
        publish: drawerEvents(after),
      };
    },
  });
  return changed(scope, answer);
}

const nextNumber = (d1: D1Database): Fact<number> =>
  map(
    row<{ number: number }>(d1, 'SELECT coalesce(max(number), 0) + 1 AS number FROM drawers'),
    (next) => next?.number ?? 1,
  );

/** The days from that one on that are closed. */
export const closedFrom = (d1: D1Database, date: string): Fact<string[]> =>
  map(
    rows<{ date: string }>(d1, 'SELECT date FROM day_reports WHERE drawer_id IS NULL AND date >= ?1', [date]),
    (found) => found.map((it) => it.date),
  );

/** A day that is closed gets no further drawer: its report never changes. */
export const firstOpen = (date: string, closedDays: readonly string[]): string =>
  closedDays.includes(date) ? firstOpen(addDays(date, 1), closedDays) : date;

const drawerWith = (d1: D1Database, id: string): Fact<Drawer | undefined> =>
  map(drawersIn(d1, 'WHERE d.id = ?1', [id]), ([drawer]) => drawer);

/** The drawer's person gets all fields; tills get no amounts. */
const drawerEvents = (drawer: Drawer): Publication[] => [
  { channel: userChannel(drawer.person.id), type: 'drawer.updated', data: drawer },
  updatedAtTills(drawer),
];

export function updatedAtTills(drawer: v.InferOutput<typeof DrawerUpdate>): Publication {
  const { id, number, date, person, place, openedAt, closedAt } = drawer;
  return {
    channel: 'tills',
    type: 'drawer.updated',
    data: { id, number, date, person, place, openedAt, closedAt },
  };
}

/** Answers of the release before drawers had numbers lack these. */
const { number: _number, date: _date, ...before } = Drawer.entries;
const Kept = v.object({
  ...before,
  late: v.optional(before.late, []),
  report: v.optional(before.report, null),
});

/** An answer that was kept before drawers had numbers gets its drawer's own. */
async function changed({ d1 }: Scope, { after, receipt }: Answer): Promise<DrawerChange> {
  const present = v.safeParse(Drawer, after);
  if (present.success) return { drawer: present.output, receipt };
  const kept = v.parse(Kept, after);
  const now = await ask(d1, drawerWith(d1, kept.id));
  if (!now) throw new Refusal('not_found');
  const { number, date } = now;
  return { drawer: { ...kept, number, date }, receipt };
}
