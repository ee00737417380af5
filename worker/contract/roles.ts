/**
 * Who may do what. Screens, routes and channels ask `can(person, capability)` and never look at a role's name.
 * Every signed-in person is an employee, whatever else they are, but for those who are members and nothing more: they
 * registered, may sign in, and do not work here.
 */
import * as v from 'valibot';

export const Role = v.picklist(['employee', 'supervisor', 'host', 'cashier', 'releasing', 'admin', 'member']);
export type Role = v.InferOutput<typeof Role>;

const everyone: readonly Role[] = Role.options;
/** Those who work here. */
const staff: readonly Role[] = Role.options.filter((role) => role !== 'member');

/** Capability → the roles that hold it. The only place where a role's name decides anything. */
const holders = {
  /** Use one's own account: session, channel, notifications. */
  'account.use': everyone,
  /** Read and change one's own working day: only who works here has one. */
  'self.use': staff,
  /** See one's own registrations. */
  'membership.see': ['member'],
  /** See who is at work: name, state and since when. */
  'attendance.watch': staff,
  /** See every record in full: the board, its history, its feed. */
  'board.watch': ['supervisor', 'admin'],
  /** Set the status and the note of somebody's day. */
  'days.mark': ['supervisor', 'admin'],
  /** Enter, change and remove somebody's recorded times, never one's own. */
  'days.enter': ['supervisor', 'admin'],
  /** Close days once payroll is done, and reopen them. */
  'hours.close': ['admin'],
  /** Approve and reject corrections, never one's own. */
  'corrections.decide': ['supervisor', 'admin'],
  /** See and change schedules, holidays and who follows them. */
  'schedules.manage': ['supervisor', 'admin'],
  /** Read and export reports. */
  'reports.read': ['supervisor', 'admin'],
  /** See which sessions there are, and take part where one is on the list. */
  'sessions.attend': everyone,
  /** Make sessions and run one's own; see and change courses and groups. */
  'sessions.host': ['host', 'supervisor', 'admin'],
  /** Run everybody's sessions. */
  'sessions.manage': ['admin'],
  /** See what is ordered and how it stands. */
  'orders.see': ['cashier', 'releasing', 'admin'],
  /** Take orders and money at a till. */
  'orders.sell': ['cashier', 'admin'],
  /** Hand orders over. */
  'orders.release': ['releasing', 'admin'],
  /** See who registered and how that stands. */
  'registrations.see': ['cashier', 'releasing', 'admin'],
  /** Take registrations, with what people tell of themselves, and their money. */
  'registrations.take': ['cashier', 'admin'],
  /** Hand a registration's package over. */
  'registrations.release': ['releasing', 'admin'],
  /** Change products, their stock, packages and places; open customers' screens. */
  'products.manage': ['admin'],
  /** Read what was sold, by whom and how, and everybody's drawers. */
  'sales.read': ['admin'],
  /** Read the journal and verify its seal. */
  'journal.read': ['admin'],
  /** See and change the workplace's settings. */
  'settings.manage': ['admin'],
  /** See and change people and their roles. */
  'people.manage': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Capability = keyof typeof holders;

/** Whether a person with these roles holds the capability. */
export function can(person: { roles: readonly Role[] }, capability: Capability): boolean {
  const allowed: readonly Role[] = holders[capability];
  return person.roles.some((role) => allowed.includes(role));
}

/** Whether a person works here: a member who is nothing more does not (in SQL `WORKS_HERE`, people/people.ts). */
export const worksHere = (person: { roles: readonly Role[] }): boolean => can(person, 'self.use');

/** The roles that hold a capability: for SQL that looks for the people who do. */
export const rolesWith = (capability: Capability): readonly Role[] => holders[capability];
