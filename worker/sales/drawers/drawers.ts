/**
 * A cashier opens a drawer with a float and closes it with a count. Payments and refunds use the cashier's own open drawer.
 * Closing fixes the expected amounts; a later refund of its sales lies in another drawer.
 */
import * as v from 'valibot';
import { userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import {
  type CloseDrawer,
  Drawer,
  type DrawerChange,
  type OpenDrawer,
  type OwnDrawer,
} from '../../contract/sales/payments/payments';
import type { Named } from '../../contract/sessions/sessions';
import { ask, type Fact, map, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { drawersIn, openDrawerOf } from './rows';

const INSERT = `INSERT INTO drawers (id, person_id, place_id, opened_at, float)
  SELECT ?1, ?2, id, ?4, ?5 FROM places WHERE id = ?3 AND active`;

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
  const { zone, currency } = me.settings;
  return { at, now: now(), zone, currency, drawer: drawer ?? null, places };
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
      }),
    decide({ opened, same, place }, me, now) {
      if (same && same.person.id !== me.id) throw invalid('id', 'is not new');
      if (same?.closedAt === null) return { done: 'drawer.opened' };
      if (same) throw new Refusal('drawer_closed', { current: same });
      if (opened) throw new Refusal('drawer_open', { current: opened });
      if (!place) throw invalid('placeId', 'is not a place of ours');
      if (!place.active) throw new Refusal('place_closed');
      const drawer: Drawer = {
        id,
        person: { id: me.id, name: me.name },
        place: { id: place.id, name: place.name },
        openedAt: now,
        float,
        closedAt: null,
        expected: { cash: float, card: 0, transfer: 0 },
        counted: null,
        note: null,
        adjustments: [],
      };
      return {
        // The index one_open_drawer refuses a second open drawer when two requests race.
        write: query(INSERT, [id, me.id, placeId, now, float]),
        before: null,
        after: drawer,
        publish: drawerEvents(drawer),
      };
    },
  });
  return changed(answer);
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
  return changed(answer);
}

const drawerWith = (d1: D1Database, id: string): Fact<Drawer | undefined> =>
  map(drawersIn(d1, 'WHERE d.id = ?1', [id]), ([drawer]) => drawer);

/** The drawer's person gets all fields; tills get no amounts. */
function drawerEvents(drawer: Drawer): Publication[] {
  const { id, person, place, openedAt, closedAt } = drawer;
  return [
    { channel: userChannel(person.id), type: 'drawer.updated', data: drawer },
    { channel: 'tills', type: 'drawer.updated', data: { id, person, place, openedAt, closedAt } },
  ];
}

const changed = ({ after, receipt }: Answer): DrawerChange => ({ drawer: v.parse(Drawer, after), receipt });
