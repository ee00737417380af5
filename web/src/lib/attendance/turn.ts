/** The big button's press: in, or out. */
import { type AttendanceRecord, Receipted } from '$contract/attendance/attendance';
import type { ApiClient } from '$lib/api';
import * as v from 'valibot';
import type { Ground } from './Tap.svelte';

export interface Turn {
  act: 'check-in' | 'check-out';
  /** Of the record to open or to close; a check-out may name one that closed by itself. */
  id: string;
}

type Surroundings = Pick<Ground<Turn, AttendanceRecord>, 'guess' | 'confirm' | 'refused'> & {
  api: ApiClient;
  /** The server's time, epoch milliseconds. */
  now(): number;
  record(id: string): AttendanceRecord | undefined;
  /** A record that begins then. */
  blank(id: string, at: number): AttendanceRecord;
};

export const turning = ({
  api,
  now,
  record,
  blank,
  ...told
}: Surroundings): Ground<Turn, AttendanceRecord> => ({
  ...told,
  // A second check-in means the check-in that was not answered; a check-out means its own record.
  same: (earlier, turn) => earlier.act === turn.act && (turn.act === 'check-in' || earlier.id === turn.id),
  expected({ act, id }) {
    const open = act === 'check-out' ? record(id) : undefined;
    if (!open) return blank(id, now());
    return { ...open, outAt: Math.max(now(), open.inAt), auto: false, unconfirmed: false };
  },
  send: ({ act, id }, how) => api.attendance[act].$post({ json: { id } }, how),
  read(body) {
    const { record: row, receipt } = v.parse(Receipted, body);
    return { row, receipt };
  },
  // That it closed by itself at an assumed end is not what a check-out says.
  done: ({ act }, { outAt, unconfirmed }) => act === 'check-in' || (outAt !== null && !unconfirmed),
});
