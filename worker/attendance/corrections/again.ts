/** Corrections sent again: the same content is the same correction, other content under its id is refused. */
import type { Correction } from '../../contract/attendance/corrections/corrections';
import type { ProposedRecord, RequestCorrection } from '../../contract/attendance/corrections/proposals';
import { type Fact, map, rows } from '../../db/queries';
import type { Asker } from '../../session';
import { CORRECTION, correctionOf, type CorrectionRow } from './corrections';
import { proposedOf } from './days';

type Content = Pick<RequestCorrection, 'days' | 'reason'> & { personId: string };

export const isSame = (earlier: Correction, input: Content): boolean =>
  contentOf(earlierContent(earlier)) === contentOf(input);

/** Compares times only: the server makes the ids of records by wall time. */
export const hasSameTimes = (earlier: Correction, input: Content): boolean =>
  contentOf(earlierContent(earlier), withoutIds) === contentOf(input, withoutIds);

const earlierContent = ({ personId, from, to, after, reason }: Correction): Content => ({
  personId,
  reason,
  days: { from, to, records: after.map(proposedOf) },
});

function contentOf({ personId, days: { from, to, records }, reason }: Content, of?: typeof withoutIds) {
  const ordered = [...records]
    .sort((a, b) => a.inAt - b.inAt)
    .map(({ id, inAt, outAt, breaks }: ProposedRecord) => [
      { id },
      inAt,
      outAt,
      breaks.map((it) => [it.startAt, it.endAt, it.kind, { id: it.id }] as const).sort(([a], [b]) => a - b),
    ]);
  return JSON.stringify([personId, from, to, reason, ordered], of);
}

const withoutIds = (key: string, value: unknown) => (key === 'id' ? undefined : value);

export const earlierOf = (d1: D1Database, ids: readonly string[]): Fact<ReadonlyMap<string, Correction>> =>
  map(
    rows<CorrectionRow>(d1, `${CORRECTION} WHERE corrections.id IN (SELECT value FROM json_each(?1))`, [
      JSON.stringify(ids),
    ]),
    (found) => new Map(found.map((each) => [each.id, correctionOf(each)])),
  );

export const isEntry = (me: Asker, { state, decidedBy }: Correction): boolean =>
  state === 'entered' && decidedBy?.id === me.id;
