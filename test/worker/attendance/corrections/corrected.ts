/** Days of June 2026 in Berlin, proposed, entered and decided through the API. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../../worker/attendance/check-in';
import type { Correction } from '../../../../worker/contract/attendance/corrections/corrections';
import type { ProposedRecord } from '../../../../worker/contract/attendance/corrections/proposals';
import type { Problem } from '../../../../worker/contract/errors';
import { ask, newKey, scopeOf, type Someone } from '../../workplace';

export const at = (iso: string) => Date.parse(`2026-06-${iso}+02:00`);
export const reason = 'I forgot to check out';

/** A record by check-in and check-out; `out` null leaves it open. */
export async function worked(who: Someone, from: string, to: string | null): Promise<string> {
  const id = uuidv7();
  await checkIn(scopeOf(who, at(from)), id);
  if (to !== null) await checkOut(scopeOf(who, at(to)), id);
  return id;
}

export const record = (
  from: string,
  to: string | null,
  it: Partial<ProposedRecord> = {},
): ProposedRecord => ({
  id: uuidv7(),
  inAt: at(from),
  outAt: to === null ? null : at(to),
  breaks: [],
  ...it,
});
export const breakAt = (from: string, to: string) => ({
  id: uuidv7(),
  kind: 'meal',
  startAt: at(from),
  endAt: at(to),
});
export const days = (date: string, records: ProposedRecord[], to = date) => ({
  from: `2026-06-${date}`,
  to: `2026-06-${to}`,
  records,
});

export const propose = (
  who: Someone,
  of: ReturnType<typeof days>,
  it: { id?: string; key?: string; reason?: string } = {},
) =>
  ask('/corrections', {
    as: who,
    key: it.key ?? newKey(),
    json: { id: it.id ?? uuidv7(), days: of, reason: it.reason ?? reason },
  });

export const enter = (
  as: Someone,
  who: Someone,
  of: ReturnType<typeof days>,
  it: { id?: string; key?: string; reason?: string; before?: ProposedRecord[] } = {},
) =>
  ask(`/attendance/people/${who.id}/days`, {
    as,
    key: it.key ?? newKey(),
    json: {
      id: it.id ?? uuidv7(),
      days: of,
      reason: it.reason ?? 'The door log says so',
      ...(it.before && { before: it.before }),
    },
  });

export const decide = (as: Someone, what: 'approve' | 'reject' | 'withdraw', id: string, key = newKey()) =>
  ask(`/corrections/${id}/${what}`, {
    as,
    key,
    json: what === 'reject' ? { answer: 'The door log says otherwise' } : {},
  });

export const ok = async (answer: Promise<Response>): Promise<Correction> => {
  const response = await answer;
  if (response.status !== 200) throw new Error(await response.text());
  return response.json<Correction>();
};
export const problem = async (answer: Response | Promise<Response>) => (await answer).json<Problem>();
export const recordsOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare(
      'SELECT id, work_date AS date, in_at AS inAt, out_at AS outAt FROM attendance WHERE person_id = ? ORDER BY in_at',
    )
      .bind(id)
      .all<{ id: string; date: string; inAt: number; outAt: number | null }>()
  ).results;
export const breaksOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare(
      'SELECT start_at AS startAt, end_at AS endAt FROM breaks WHERE person_id = ? ORDER BY 1',
    )
      .bind(id)
      .all()
  ).results;
