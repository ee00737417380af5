/** Exports a session's list, or trends, as a file. */
import { sessionStatusWords } from '../../contract/sessions/sessions';
import type { Attendee, Trends } from '../../contract/sessions/sheet/sheets';
import { momentIn } from '../../contract/zones';
import { type Cell, csvTable, type Format, xlsxTable } from '../../http/table';
import type { Scope } from '../../scope';
import { sheetOf } from './sheet';
import { type TrendsQuery, trends } from './trends';

const how = {
  scan: 'Scanned',
  code: 'Typed the code',
  hand: 'By hand',
  request: 'Let in',
  lock: 'By the lock',
  end: 'At the end',
} as const satisfies Record<NonNullable<Attendee['method']>, string>;

/** Times are in the session's zone, which the file names. @throws Refusal `not_found`, `not_allowed` */
export async function sheetFile(
  scope: Scope,
  id: string,
  format: Format,
): Promise<ReadableStream<Uint8Array>> {
  const { session, attendees, now } = await sheetOf(scope, id);
  const moment = (at: number) => momentIn(session.zone, at);
  return file(format, [
    ['Name', 'Department', 'Status', 'At', 'How', 'By', 'Reason', 'Excuse', 'Flags'],
    ...attendees.map((it): Cell[] => [
      it.person.name,
      it.person.department,
      it.status ? sessionStatusWords[it.status] : 'Not yet',
      it.at === null ? null : moment(it.at),
      it.method && how[it.method],
      it.by?.name ?? null,
      it.reason,
      it.excuse,
      it.flags.map(({ words }) => words).join('; '),
    ]),
    [],
    ['', session.title, `${moment(session.startsAt)} to ${moment(session.endsAt)}`, session.zone],
    ['', `as of ${moment(now)}`],
  ]);
}

export async function trendsFile(
  scope: Scope,
  query: TrendsQuery,
  format: Format,
): Promise<ReadableStream<Uint8Array>> {
  const { rows } = await trends(scope, query);
  const first: Record<Trends['by'], string> = { person: 'Name', group: 'Group', course: 'Course' };
  return file(format, [
    [first[query.by], 'Counted', 'Came', 'Percent', 'Late', 'Excused', 'Absent', 'Below required'],
    ...rows.map((row): Cell[] => [
      row.name,
      row.counted,
      row.came,
      row.counted === 0 ? null : Math.round((row.came * 1000) / row.counted) / 10,
      row.late,
      row.excused,
      row.absent,
      row.below === null ? '' : row.below ? 'yes' : 'no',
    ]),
  ]);
}

function file(format: Format, rows: Cell[][]): ReadableStream<Uint8Array> {
  return format === 'csv' ? csvTable(rows) : xlsxTable(rows, { name: 'Sheet', freezePane: { rows: 1 } });
}
