/** From which dates on the plan may be changed, and how everybody who shows it hears of it. */
import { userChannel } from '../contract/channels';
import { addDays, dateIn } from '../contract/dates';
import type { Publication } from '../contract/events';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

/** Who is expected when must be asked anew. */
export const rosterUpdated: Publication = { channel: 'admin.dashboard', type: 'roster.updated', data: {} };

/** The same for everyone's own pages, at one event whatever their number. */
export const everyonesRosterUpdated: readonly Publication[] = [
  rosterUpdated,
  { channel: 'presence', type: 'roster.updated', data: {} },
];

/** The same for the own pages of those whom it concerns. */
export const rosterUpdatedOf = (people: readonly string[]): Publication[] => [
  rosterUpdated,
  ...people.map((id): Publication => ({ channel: userChannel(id), type: 'roster.updated', data: {} })),
];

/** Today in the workplace's zone. */
export const todayOf = (scope: Scope): string => dateIn(scope.me.settings.zone, scope.now());

/** Rules and weeks are never rewritten for what is past. @throws Refusal `invalid_input` for a date before today */
export function mustNotBePast(scope: Scope, path: string, date: string): void {
  const today = todayOf(scope);
  if (date < today) refuse(path, `must be ${today} (today) or later: what is past is never rewritten`);
}

/**
 * Who follows what, and which days are holidays, may be put right for this month and the last, while pay is still reckoned.
 * @throws Refusal `invalid_input` for an earlier date
 */
export function mustBeOpen(scope: Scope, path: string, date: string): void {
  const first = openFrom(todayOf(scope));
  if (date < first) refuse(path, `must be ${first} or later: months before the last one are closed`);
}

/** The first day of the month before. */
export const openFrom = (today: string): string => firstOfMonth(addDays(firstOfMonth(today), -1));

const firstOfMonth = (date: string): string => `${date.slice(0, 7)}-01`;

function refuse(path: string, message: string): never {
  throw new Refusal('invalid_input', { detail: `The date ${message}.`, issues: [{ path, message }] });
}
