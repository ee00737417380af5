import type { JournalEntry } from '$contract/journal/journal';
import { dateWords } from '$contract/zones';
import { presentName } from '$contract/journal/terms';

type Words = (actor: string, about: string) => string;

/** Every journal action as a sentence. `about` is the person or thing it concerns. */
export const actions: Record<string, Words> = {
  'account.created': (who) => `${who} chose a password`,
  'attendance.checked_in': (who) => `${who} checked in`,
  'attendance.checked_out': (who, whom) =>
    who === whom ? `${who} checked out` : `${whom} was checked out by ${who}`,
  'attendance.corrected': (who, whom) => `${who} corrected the times of ${whom}`,
  'attendance.closed': (_who, whom) => `${whom}’s record was closed automatically`,
  'attendance.confirmed': (who) => `${who} confirmed when they left`,
  'attendance.reminded': (_who, whom) => `${whom} was reminded to check out`,
  'attendance.photographed': (who) => `${who} added a photo to a check-in`,
  'break.started': (who) => `${who} went on a break`,
  'break.ended': (who, whom) =>
    who === whom ? `${who} returned from a break` : `${whom}’s break ended automatically`,
  'break.returned': (who) => `${who} returned late from a break`,
  'break.corrected': (who) => `${who} corrected the end of a break`,
  'correction.requested': (who) => `${who} requested a correction`,
  'correction.tap_added': (who) => `${who} added a tap without network to a correction`,
  'correction.withdrawn': (who) => `${who} withdrew a request for a correction`,
  'correction.approved': (who, whom) => `${who} approved a correction of ${whom}`,
  'correction.rejected': (who, whom) => `${who} rejected a correction of ${whom}`,
  'correction.self_approved': (who) => `${who} approved their own correction, as the only one who can`,
  'correction.self_rejected': (who) => `${who} rejected their own correction, as the only one who can`,
  'days.entered': (who, whom) => `${who} entered times for ${whom}`,
  'hours.closed': (who) => `${who} closed hours`,
  'hours.reopened': (who) => `${who} reopened closed hours`,
  'day.marked': (who, whom) => `${who} marked a day of ${whom}`,
  'holiday.set': (who) => `${who} added a holiday`,
  'holiday.dropped': (who) => `${who} removed a holiday`,
  'invitation.accepted': (who) => `${who} accepted an invitation`,
  'notification.read': (who) => `${who} read notifications`,
  'person.created': (who, whom) => `${who} added ${whom}`,
  'person.updated': (who, whom) => `${who} changed ${whom}`,
  'person.invited': (who, whom) => `${who} invited ${whom}`,
  'employment.set': (who, whom) => `${who} changed ${whom}’s employment dates`,
  'terms.set': (who, whom) => `${who} changed ${whom}’s terms`,
  'person.leaving': (who, whom) => `${who} set a last day for ${whom}`,
  'department.created': (who) => `${who} added a department`,
  'department.renamed': (who) => `${who} renamed a department`,
  'person.deactivated': (who, whom) => `${who} deactivated ${whom}`,
  'person.erased': (who, whom) => `${who} erased the data of ${whom}`,
  'person.reactivated': (who, whom) => `${who} reactivated ${whom}`,
  'preferences.quiet_hours_set': (who) => `${who} changed quiet hours`,
  'push.subscribed': (who) => `${who} turned on pushes to a device`,
  'push.tested': (who) => `${who} sent a test push`,
  'push.unsubscribed': (who) => `${who} turned off pushes to a device`,
  'preferences.updated': (who) => `${who} changed notification preferences`,
  'schedule.created': (who) => `${who} created a schedule`,
  'schedule.updated': (who) => `${who} changed a schedule`,
  'schedule.week_set': (who) => `${who} changed a schedule’s week`,
  'schedule.week_dropped': (who) => `${who} cancelled a schedule’s week`,
  'schedule.assigned': (who, whom) => `${who} assigned ${whom} to a schedule`,
  'schedule.assignment_corrected': (who, whom) => `${who} corrected the schedule of ${whom}`,
  'settings.set': (who) => `${who} changed the settings`,
  'settings.dropped': (who) => `${who} cancelled planned settings`,
  'session.created': (who) => `${who} created a session`,
  'session.updated': (who) => `${who} changed a session`,
  'session.started': (who) => `${who} started a session`,
  'session.ended': (who) => `${who} ended a session`,
  'session.cancelled': (who) => `${who} cancelled a session`,
  'session.locked': (who) => `${who} locked a session’s list`,
  'session.unlocked': (who) => `${who} unlocked a session’s list`,
  'session.code_used': (who) => `${who} used a session’s code`,
  'session.attended': (who) => `${who} scanned into a session`,
  'session.asked': (who) => `${who} asked to join a session`,
  'session.marked': (who, whom) => `${who} marked ${whom} in a session`,
  'session.let_in': (who, whom) => `${who} let ${whom} into a session`,
  'session.turned_away': (who, whom) => `${who} refused ${whom} in a session`,
  'session.flags_cleared': (who, whom) => `${who} dismissed flags on ${whom}’s scan`,
  'session.excused': (who, whom) => `${who} excused ${whom} from a session`,
  'course.set': (who) => `${who} saved a course`,
  'group.set': (who) => `${who} saved a group`,
  'group.joined': (who, whom) => `${who} added ${whom} to a group`,
  'group.left': (who, whom) => `${who} removed ${whom} from a group`,
  'product.created': (who, what) => `${who} added the product ${what}`,
  'product.updated': (who, what) => `${who} changed ${what}`,
  'stock.adjusted': (who, what) => `${who} adjusted the stock of ${what}`,
  'package.created': (who, what) => `${who} added the package ${what}`,
  'package.updated': (who, what) => `${who} changed the package ${what}`,
  'place.set': (who, what) => `${who} saved the place ${what}`,
  'display.created': (who, what) => `${who} added the customers’ screen ${what}`,
  'display.opened': (_who, what) => `The customers’ screen ${what} was opened for the first time`,
  'display.revoked': (who, what) => `${who} turned off the customers’ screen ${what}`,
  'order.created': (who, what) => `${who} took order ${what}`,
  'order.updated': (who, what) => `${who} changed order ${what}`,
  'order.payment_requested': (who, what) => `${who} moved order ${what} to payment`,
  'order.saved': (who, what) => `${who} saved order ${what} for later`,
  'order.returned_to_cart': (who, what) => `${who} put order ${what} back into the cart`,
  'order.paid': (who, what) => `${who} took payment for order ${what}`,
  'order.sold_offline': (who) => `${who} sold an order without network`,
  'order.reviewed': (who) => `${who} looked at a sale made without network`,
  'order.commented': (who, what) => `${who} commented on order ${what}`,
  'order.comment_edited': (who, what) => `${who} changed a comment on order ${what}`,
  'registration.created': (who, whom) => `${who} registered ${whom}`,
  'registration.paid': (who, whom) => `${who} took payment for ${whom}’s registration`,
  'registration.invited': (who, whom) => `${who} invited ${whom} to an account`,
  ...releaseActions('order', (what) => `order ${what}`),
  ...releaseActions('registration', (whom) => `${whom}’s registration`),
  'drawer.opened': (who) => `${who} opened a drawer`,
  'drawer.closed': (who) => `${who} closed a drawer`,
  'drawer.device_added': (who) => `${who} gave a device a letter for receipts of a drawer`,
  'receipt.printed': (who) => `${who} printed a receipt`,
  'receipt.linked': (who) => `${who} made a link to a receipt`,
  'day.closed': (who) => `${who} closed a business day`,
  'setup_link.used': (who) => `${who} set up this workplace`,
};

/** The actions that orders and registrations share. */
function releaseActions(kind: 'order' | 'registration', named: (about: string) => string): typeof actions {
  const of = (did: string, words: (who: string, what: string) => string) =>
    [`${kind}.${did}`, (who: string, about: string) => words(who, named(about))] as const;
  return Object.fromEntries([
    of('claimed', (who, what) => `${who} started on ${what}`),
    of('taken_over', (who, what) => `${who} took over ${what}`),
    of('put_back', (who, what) => `${who} put back ${what}`),
    of('called', (who, what) => `${who} called ${what}: it is ready`),
    of('call_undone', (who, what) => `${who} put ${what} back to “Preparing”`),
    of('released', (who, what) => `${who} released ${what}`),
    of('release_undone', (who, what) => `${who} undid the release of ${what}`),
    of('cancelled', (who, what) => `${who} cancelled ${what}`),
    of('refunded', (who, what) => `${who} refunded ${what}`),
  ]);
}

/** "Ana Kovač approved a correction of Emil Novák". */
export function sentenceOf({
  action,
  actor,
  about,
}: Pick<JournalEntry, 'action' | 'actor' | 'about'>): string {
  const who = actor?.name ?? 'Muster';
  const words = actions[action];
  return words ? words(who, datedWords(about ?? 'someone')) : `${who}: ${actionWords(action)}`;
}

/** "034 of 2026-11-28" as "034 of 28 Nov 2026": an order's number counts by day. */
const datedWords = (about: string): string =>
  about.replace(/\d{4}-\d\d-\d\d$/, (date) =>
    dateWords(date, { day: 'numeric', month: 'short', year: 'numeric' }),
  );

/** "Correction approved", for the filter. */
export function actionWords(action: string): string {
  const text = presentName(action).replaceAll(/[._]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Fields whose words are not their name's. */
const fieldWords: Record<string, string> = {
  inAt: 'In',
  outAt: 'Out',
  startAt: 'Started',
  endAt: 'Ended',
  dueAt: 'Due',
  auto: 'Automatic',
  workDate: 'Date',
  validFrom: 'From',
  updatedAt: 'Changed at',
  expiresAt: 'Valid until',
};

export interface Difference {
  field: string;
  before: string;
  after: string;
}

/** The changed fields in words, without ids. */
export function differenceOf(
  { before, after }: Pick<JournalEntry, 'before' | 'after'>,
  clock: (at: number) => string,
): Difference[] {
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((field) => !/(^id|Id)$/.test(field) && JSON.stringify(from[field]) !== JSON.stringify(to[field]))
    .map((field) => ({
      field: fieldWords[field] ?? actionWords(field.replaceAll(/([A-Z])/g, ' $1').toLowerCase()),
      before: valueOf(field, from[field], clock),
      after: valueOf(field, to[field], clock),
    }));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function valueOf(field: string, value: unknown, clock: (at: number) => string): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'number') return /(At|In|Out)$/.test(field) ? clock(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  if (Array.isArray(value) && value.every((each) => typeof each === 'number'))
    return `${value.length} in all`;
  if (typeof value === 'object' && 'name' in value && typeof value.name === 'string') return value.name;
  return JSON.stringify(value);
}
