/** Lists of corrections: one's own, and all for those who decide. */
import { userChannel } from '../../contract/channels';
import type { CorrectionState, OwnCorrections } from '../../contract/attendance/corrections/corrections';
import type { Corrections } from '../../contract/attendance/corrections/requests';
import { ask, map, row, rows, together } from '../../db/queries';
import { headsIn } from '../../live/replay';
import type { Scope } from '../../scope';
import { aloneOf } from '../../people/alone';
import {
  CORRECTION,
  correctionOf,
  type CorrectionRow,
  PERSON_CORRECTION,
  personCorrectionOf,
  type PersonCorrectionRow,
} from './corrections';

interface Page {
  /** The id of the last correction on the page before. */
  after?: string | undefined;
  limit: number;
}

/** SQL: only what comes after ?1, which is found by the index. A first page has no such part. */
const past = (after: string | undefined, beyond: '<' | '>'): string =>
  after === undefined
    ? ''
    : `AND (requested_at, corrections.id) ${beyond} (SELECT requested_at, id FROM corrections WHERE id = ?1)`;

export async function ownCorrections({ d1, me }: Scope, { after, limit }: Page): Promise<OwnCorrections> {
  const { at, found } = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id)),
      found: rows<CorrectionRow>(
        d1,
        `${CORRECTION} WHERE corrections.person_id = ?3 ${past(after, '<')}
         ORDER BY requested_at DESC, corrections.id DESC LIMIT ?2`,
        [after ?? null, limit + 1, me.id],
      ),
    }),
  );
  return { at, corrections: found.slice(0, limit).map(correctionOf), more: found.length > limit };
}

/** All of a state (`decided`: all but pending). Pending ones come oldest first, others newest first. */
export async function corrections(
  scope: Scope,
  { state, after, limit }: Page & { state?: CorrectionState | 'decided' | undefined },
): Promise<Corrections> {
  const { d1, me, now } = scope;
  const [beyond, order] = state === 'pending' ? (['>', 'ASC'] as const) : (['<', 'DESC'] as const);
  const which = state === undefined ? '' : state === 'decided' ? `AND state <> 'pending'` : 'AND state = ?3';
  const { at, found, pending, alone } = await ask(
    d1,
    together({
      at: headsIn(d1, 'admin.dashboard'),
      found: rows<PersonCorrectionRow>(
        d1,
        `${PERSON_CORRECTION} WHERE TRUE ${past(after, beyond)} ${which}
         ORDER BY requested_at ${order}, corrections.id ${order} LIMIT ?2`,
        [after ?? null, limit + 1, ...(which.endsWith('?3') && state ? [state] : [])],
      ),
      pending: map(
        row<{ pending: number }>(d1, `SELECT count(*) AS pending FROM corrections WHERE state = 'pending'`),
        (counted) => counted?.pending ?? 0,
      ),
      alone: aloneOf(d1, me.id),
    }),
  );
  return {
    at,
    now: now(),
    corrections: found.slice(0, limit).map(personCorrectionOf),
    pending,
    alone,
    breakKinds: me.settings.breaks,
    more: found.length > limit,
  };
}
