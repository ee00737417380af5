/** Who has asked for what: one's own requests, and everybody's for those who decide. Each is one batch with its cursor. */
import { userChannel } from '../../contract/channels';
import type { CorrectionState, OwnCorrections } from '../../contract/attendance/corrections/corrections';
import type { Corrections } from '../../contract/attendance/corrections/requests';
import { rowsOf } from '../../db/queries';
import { headsAt, readHeads } from '../../live/replay';
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
  /** The last one of the page before. */
  after?: string | undefined;
  limit: number;
}

const place = '(SELECT requested_at, id FROM corrections WHERE id = ?1)';

/** One's own, newest first. */
export async function ownCorrections({ d1, me }: Scope, { after, limit }: Page): Promise<OwnCorrections> {
  const [heads, rows] = await d1.batch([
    headsAt(d1, userChannel(me.id)),
    d1
      .prepare(
        `${CORRECTION} WHERE corrections.person_id = ?3 AND (?1 IS NULL OR (requested_at, corrections.id) < ${place})
         ORDER BY requested_at DESC, corrections.id DESC LIMIT ?2`,
      )
      .bind(after ?? null, limit + 1, me.id),
  ]);
  const found = rowsOf<CorrectionRow>(rows).map(correctionOf);
  return { at: readHeads(heads), corrections: found.slice(0, limit), more: found.length > limit };
}

/** Everybody's of a state (`decided`: those that wait no more). The queue is told oldest first, everything else newest first. */
export async function corrections(
  scope: Scope,
  { state, after, limit }: Page & { state?: CorrectionState | 'decided' | undefined },
): Promise<Corrections> {
  const { d1, me, now } = scope;
  const [beyond, order] = state === 'pending' ? ['>', 'ASC'] : ['<', 'DESC'];
  const which = state === undefined ? '' : state === 'decided' ? `AND state <> 'pending'` : 'AND state = ?3';
  const page = d1.prepare(
    `${PERSON_CORRECTION} WHERE (?1 IS NULL OR (requested_at, corrections.id) ${beyond} ${place}) ${which}
     ORDER BY requested_at ${order}, corrections.id ${order} LIMIT ?2`,
  );
  const mayAlone = aloneOf(d1, me.id);
  const bound = [after ?? null, limit + 1];
  const [heads, rows, pending, alone] = await d1.batch([
    headsAt(d1, 'admin.dashboard'),
    page.bind(...bound, ...(which.endsWith('?3') ? [state] : [])),
    d1.prepare(`SELECT count(*) AS pending FROM corrections WHERE state = 'pending'`),
    ...mayAlone.statements,
  ]);
  const found = rowsOf<PersonCorrectionRow>(rows).map(personCorrectionOf);
  return {
    at: readHeads(heads),
    now: now(),
    corrections: found.slice(0, limit),
    pending: rowsOf<{ pending: number }>(pending)[0]?.pending ?? 0,
    alone: alone ? mayAlone.read([alone]) : false,
    breakKinds: me.settings.breaks,
    more: found.length > limit,
  };
}
