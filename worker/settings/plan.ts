/** When the plan of expected work may change, and the events of a change. */
import { userChannel } from '../contract/channels';
import { dateIn } from '../contract/zones';
import type { Publication } from '../contract/events';
import type { Query } from '../db/queries';
import { Hook } from '../hook';
import { Refusal } from '../refusal';
import type { Asker } from '../session';

/** The writes that come with every change of the plan. @param at of the change @param people the people concerned; all if not given */
export const planChanged = new Hook<[at: number, people?: readonly string[]], Query>();

/** Makes the board reload who is expected when. */
export const rosterUpdated: Publication = { channel: 'admin.dashboard', type: 'roster.updated', data: {} };

/** Makes everyone's own pages reload it, with one event for all. */
export const everyonesRosterUpdated: readonly Publication[] = [
  rosterUpdated,
  { channel: 'presence', type: 'roster.updated', data: {} },
];

/** Makes the own pages of these people reload it. */
export const rosterUpdatedOf = (people: readonly string[]): Publication[] => [
  rosterUpdated,
  ...people.map((id): Publication => ({ channel: userChannel(id), type: 'roster.updated', data: {} })),
];

/** Today in the workplace's zone. */
export const todayOf = ({ settings }: Pick<Asker, 'settings'>, now: number): string =>
  dateIn(settings.zone, now);

/** Rules and weeks of past dates never change. @throws Refusal `invalid_input` for a date before today */
export function mustNotBePast(validFrom: string, today: string): void {
  if (validFrom >= today) return;
  const message = `must be ${today} (today) or later: past days don’t change`;
  throw new Refusal('invalid_input', {
    detail: `The date ${message}.`,
    issues: [{ path: 'validFrom', message }],
  });
}
