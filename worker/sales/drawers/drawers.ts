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
  type OpenDrawer,
  type OwnDrawer,
} from '../../contract/sales/drawers/drawers';
import type { Named } from '../../contract/sessions/sessions';
import { ask, type Fact, map, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { drawersIn, openDrawerOf } from './rows';

const INSERT = `INSERT INTO drawers (id, person_id, place_id, opened_at, float, number, date)
  SELECT ?1, ?2, id, ?4, ?5, ?6, ?7 FROM places WHERE id = ?3 AND active`;

const CLOSE = `UPDATE drawers SET closed_at = ?2 ->> 'closedAt', expected = ?2 -> 'expected', counted = ?2 -> 'counted',
    note = ?2 ->> 'note'
  WHERE id = ?2 ->> 'id' AND person_id = ?1 AND closed_at IS NULL
    AND (SELECT count(*) FROM payments WHERE drawer_id = drawers.id) = ?3`;

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
      }),
    decide({ opened, same, place, next }, me, now) {
      if (same && same.person.id !== me.id) throw invalid('id', 'is not new');
      if (same?.closedAt === null) return { done: 'drawer.opened' };
      if (same) throw new Refusal('drawer_closed', { current: same });
      if (opened) throw new Refusal('drawer_open', { current: opened });
      if (!place) throw invalid('placeId', 'is not a place of ours');
      if (!place.active) throw new Refusal('place_closed');
      const drawer: Drawer = {
        id,
        number: next,
        date: businessDate(me.settings, now),
        person: { id: me.id, name: me.name },
        place: { id: place.id, name: place.name },
        openedAt: now,
        float,
        closedAt: null,
        expected: { cash: float, card: 0, transfer: 0 },
        counted: null,
        note: null,
        adjustments: [],
        late: [],
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
 * Closes the person's drawer and stores the counted and expected amounts. The write requires as many payments as were summed,
 * so a payment at the same moment is counted or refused.
 * @throws Refusal `not_found`, `not_your_drawer`, `drawer_closed` with the closed drawer
 */
export async function close(scope: Scope, id: string, { counted, note }: CloseDrawer): Promise<DrawerChange> {
  const answer = await scope.commit({
    subject: drawerSubject(id),
    action: 'drawer.closed',
    facts: (d1) =>
      together({
        before: drawerWith(d1, id),
        payments: row<{ count: number }>(d1, 'SELECT count(*) AS count FROM payments WHERE drawer_id = ?1', [
          id,
        ]),
      }),
    decide({ before, payments }, me, now) {
      if (!before) throw new Refusal('not_found');
      if (before.person.id !== me.id) throw new Refusal('not_your_drawer');
      if (before.closedAt !== null) throw new Refusal('drawer_closed', { current: before });
      const at = Math.max(now, before.openedAt);
      const after: Drawer = { ...before, closedAt: at, counted, note };
      return {
        at,
        write: query(CLOSE, [me.id, JSON.stringify(after), payments?.count ?? 0]),
        before,
        after,
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

const drawerWith = (d1: D1Database, id: string): Fact<Drawer | undefined> =>
  map(drawersIn(d1, 'WHERE d.id = ?1', [id]), ([drawer]) => drawer);

/** The drawer's person gets all fields; tills get no amounts. */
function drawerEvents(drawer: Drawer): Publication[] {
  const { id, number, date, person, place, openedAt, closedAt } = drawer;
  return [
    { channel: userChannel(person.id), type: 'drawer.updated', data: drawer },
    {
      channel: 'tills',
      type: 'drawer.updated',
      data: { id, number, date, person, place, openedAt, closedAt },
    },
  ];
}

/** What the answers of the release before drawers had numbers lack. */
const Kept = v.object({
  ...v.omit(Drawer, ['number', 'date', 'late']).entries,
  late: v.optional(Drawer.entries.late, []),
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
