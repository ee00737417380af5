/**
 * Drawers: opened with a float, closed with a count. Whoever takes or gives money does so into and out of their own open
 * drawer. Closing one freezes what should have been there; what happens to its sales later lies in another drawer.
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
import { query, rowsOf } from '../../db/client';
import type { Answer } from '../../live/commit';
import { cursorOf, readCursor } from '../../live/replay';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { DRAWER, drawerOf, type DrawerRow } from './rows';

/** How often we look again when a payment was faster than the closing. */
const TRIES = 20;

const drawerSubject = (id: string): string => `drawer/${id}`;

/** One's own open drawer and the places where one could be opened, of one moment. */
export async function myDrawer({ d1, me, now }: Scope): Promise<OwnDrawer> {
  const [own, tills, open, places] = await d1.batch([
    cursorOf(d1, userChannel(me.id)),
    cursorOf(d1, 'tills'),
    openDrawerOf(d1, me.id),
    d1.prepare('SELECT id, name FROM places WHERE active ORDER BY name COLLATE NOCASE'),
  ]);
  return {
    ...readCursor(own),
    tills: readCursor(tills).head,
    now: now(),
    zone: me.settings.zone,
    currency: me.settings.currency,
    drawer: readOpenDrawerOf(open),
    places: rowsOf<Named>(places),
  };
}

/** A statement for a batch: that person's open drawer with what is in it. */
export const openDrawerOf = (d1: D1Database, personId: string): D1PreparedStatement =>
  d1.prepare(`${DRAWER} WHERE d.person_id = ?1 AND d.closed_at IS NULL`).bind(personId);

/** The drawer out of that statement's result, if there is one. */
export function readOpenDrawerOf(result: D1Result | undefined): Drawer | null {
  const [row] = rowsOf<DrawerRow>(result);
  return row ? drawerOf(row) : null;
}

/**
 * Opens one's drawer at a place. Whoever sends the same drawer again gets its first receipt.
 * @throws Refusal `drawer_open` with the open one, `drawer_closed` for that very drawer, `place_closed`, `invalid_input`,
 * `key_reused`, `changed_meanwhile`, `unavailable`
 */
export const open = async (scope: Scope, it: OpenDrawer): Promise<DrawerChange> =>
  changed(await scope.once(() => opening(scope, it)));

async function opening(scope: Scope, { id, placeId, float }: OpenDrawer): Promise<Answer> {
  const { me, d1 } = scope;
  const [opened, same, places] = await d1.batch([
    openDrawerOf(d1, me.id),
    d1.prepare(`${DRAWER} WHERE d.id = ?1`).bind(id),
    d1.prepare('SELECT id, name, active FROM places WHERE id = ?1').bind(placeId),
  ]);
  const [known] = rowsOf<DrawerRow>(same).map(drawerOf);
  if (known && known.person.id !== me.id) throw wrong('id', 'is not new');
  if (known?.closedAt === null) return scope.already(drawerSubject(id), 'drawer.opened');
  if (known) throw new Refusal('drawer_closed', { current: known });
  const current = readOpenDrawerOf(opened);
  if (current) throw new Refusal('drawer_open', { current });
  const [place] = rowsOf<Named & { active: number }>(places);
  if (!place) throw wrong('placeId', 'is not a place of ours');
  if (!place.active) throw new Refusal('place_closed');
  const at = scope.now();
  const drawer: Drawer = {
    ...{ id, openedAt: at, float, closedAt: null, counted: null, note: null, adjustments: [] },
    person: { id: me.id, name: me.name },
    place: { id: place.id, name: place.name },
    expected: { cash: float, card: 0, transfer: 0 },
  };
  const answer = await scope.attempt({
    at,
    changes: [
      {
        // A second open one is refused by the index one_open_drawer, whatever races.
        write: query(
          `INSERT INTO drawers (id, person_id, place_id, opened_at, float)
           SELECT ?1, ?2, id, ?4, ?5 FROM places WHERE id = ?3 AND active`,
          ...[id, me.id, placeId, at, float],
        ),
        action: 'drawer.opened',
        subject: drawerSubject(id),
        before: null,
        after: drawer,
      },
    ],
    publish: drawerTold(drawer),
  });
  if (answer) return answer;
  const other = readOpenDrawerOf(await openDrawerOf(d1, me.id).all());
  if (other?.id === id) return scope.already(drawerSubject(id), 'drawer.opened');
  throw other ? new Refusal('drawer_open', { current: other }) : new Refusal('changed_meanwhile');
}

/**
 * Closes one's drawer with what was counted, and writes down what should have been there. A payment that comes in at the
 * same moment is in the count, or is refused: the write holds only for as many payments as were summed.
 * @throws Refusal `not_found`, `not_your_drawer`, `drawer_closed` with it as it was closed, `key_reused`, `changed_meanwhile`,
 * `unavailable`
 */
export const close = async (scope: Scope, id: string, it: CloseDrawer): Promise<DrawerChange> =>
  changed(await scope.once(() => closing(scope, id, it)));

async function closing(scope: Scope, id: string, { counted, note }: CloseDrawer): Promise<Answer> {
  const { me, d1 } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const row = await d1.prepare(`${DRAWER} WHERE d.id = ?1`).bind(id).first<DrawerRow>();
    if (!row) throw new Refusal('not_found');
    const before = drawerOf(row);
    if (before.person.id !== me.id) throw new Refusal('not_your_drawer');
    if (before.closedAt !== null) throw new Refusal('drawer_closed', { current: before });
    const at = Math.max(scope.now(), before.openedAt);
    const after: Drawer = { ...before, closedAt: at, counted, note };
    const answer = await scope.attempt({
      at,
      changes: [
        {
          write: query(
            `UPDATE drawers SET closed_at = ?3, expected = ?4, counted = ?5, note = ?6
             WHERE id = ?1 AND person_id = ?2 AND closed_at IS NULL
               AND (SELECT count(*) FROM payments WHERE drawer_id = ?1) = ?7`,
            ...[id, me.id, at, JSON.stringify(after.expected), JSON.stringify(counted), note, row.payments],
          ),
          action: 'drawer.closed',
          subject: drawerSubject(id),
          before,
          after,
        },
      ],
      publish: drawerTold(after),
    });
    if (answer) return answer;
  }
  throw new Refusal('changed_meanwhile');
}

/** Its person hears all of it; the tills only that it is open or closed. */
function drawerTold(drawer: Drawer): Publication[] {
  const { id, person, place, openedAt, closedAt } = drawer;
  return [
    { channel: userChannel(person.id), type: 'drawer.updated', data: drawer },
    { channel: 'tills', type: 'drawer.updated', data: { id, person, place, openedAt, closedAt } },
  ];
}

const changed = ({ after, receipt }: Answer): DrawerChange => ({ drawer: v.parse(Drawer, after), receipt });

const wrong = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
