/** Who is told what of a change: everyone the standing, the person what is theirs, the board that and the person. */
import type { AttendanceRecord, BoardPerson, Break, Standing } from '../contract/attendance/attendance';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';

/** Of a check-in or check-out; nobody else of theirs is open then. */
export function recordTold(
  person: BoardPerson,
  type: 'attendance.checked_in' | 'attendance.checked_out',
  record: AttendanceRecord,
): Publication[] {
  const standing = standingOf(person, record.outAt === null ? 'in' : 'out', record.outAt ?? record.inAt);
  return [
    { channel: 'attendance', type, data: standing },
    { channel: userChannel(person.id), type, data: record },
    { channel: 'admin.dashboard', type, data: { person: asOnBoard(person), record } },
  ];
}

/** Of a record that changed otherwise than by a tap: where the person is stays as it was. */
export const recordUpdated = (person: BoardPerson, record: AttendanceRecord): Publication[] => [
  { channel: userChannel(person.id), type: 'attendance.updated', data: record },
  { channel: 'admin.dashboard', type: 'attendance.updated', data: { person: asOnBoard(person), record } },
];

/**
 * Of a break that began or ended while its record stays open.
 * @param inAt the record's beginning: after a break the person counts as in since then
 */
export function breakTold(person: BoardPerson, it: Break, inAt: number): Publication[] {
  const standing =
    it.endAt === null ? standingOf(person, 'break', it.startAt) : standingOf(person, 'in', inAt);
  return [{ channel: 'attendance', type: 'break.updated', data: standing }, ...closedBreakTold(person, it)];
}

/** Of a break that ended together with its record, or as another began: that other change tells everyone where the person is. */
export const closedBreakTold = (person: BoardPerson, it: Break): Publication[] => [
  { channel: userChannel(person.id), type: 'break.updated', data: it },
  { channel: 'admin.dashboard', type: 'break.updated', data: { person: asOnBoard(person), break: it } },
];

const standingOf = ({ id, name }: BoardPerson, state: Standing['state'], since: number): Standing => ({
  personId: id,
  name,
  state,
  since,
});

/** Only the board's fields: the person given may have more. */
const asOnBoard = ({ id, name, department, position, category, photo }: BoardPerson): BoardPerson => ({
  id,
  name,
  department,
  position,
  category,
  photo,
});
