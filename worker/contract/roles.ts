/**
 * Who may do what. Screens, routes and channels call `can(person, capability)` and never read a role's name.
 * Every signed-in person is an employee, except one whose only role is `member`: they registered and do not work here.
 */
import * as v from 'valibot';

export const Role = v.picklist(['employee', 'supervisor', 'host', 'cashier', 'releasing', 'admin', 'member']);
export type Role = v.InferOutput<typeof Role>;

/** Roles as `people.roles` stores them: a JSON array. */
export const rolesOf = (json: string): Role[] => JSON.parse(json) as Role[];

const everyone: readonly Role[] = Role.options;
const staff: readonly Role[] = Role.options.filter((role) => role !== 'member');

/** Capability → the roles that hold it. No other code decides by a role's name. */
const holders = {
  /** Use one's own account, channel and notifications. */
  'account.use': everyone,
  /** Read and change one's own working day. */
  'self.use': staff,
  /** See one's own registrations. */
  'membership.see': ['member'],
  /** See who is at work: name, state and since when. */
  'attendance.watch': staff,
  /** See every record in full: the board, its history, its feed. */
  'board.watch': ['supervisor', 'admin'],
  /** Set the status and the note of a person's day. */
  'days.mark': ['supervisor', 'admin'],
  /** Enter, change and remove other people's recorded times, never one's own. */
  'days.enter': ['supervisor', 'admin'],
  /** Close days once payroll is done, and reopen them. */
  'hours.close': ['admin'],
  /** Approve and reject corrections, never one's own. */
  'corrections.decide': ['supervisor', 'admin'],
  /** See and change schedules, holidays and who follows them. */
  'schedules.manage': ['supervisor', 'admin'],
  /** Read and export reports. */
  'reports.read': ['supervisor', 'admin'],
  /** See the sessions, and take part in those whose list one is on. */
  'sessions.attend': everyone,
  /** Make sessions and run one's own; see and change courses and groups. */
  'sessions.host': ['host', 'supervisor', 'admin'],
  /** Run other hosts' sessions. */
  'sessions.manage': ['admin'],
  /** See orders and their status. */
  'orders.see': ['cashier', 'releasing', 'admin'],
  /** Take orders and money at a till. */
  'orders.sell': ['cashier', 'admin'],
  /** Give discounts beyond the limit of cashiers. */
  'orders.discount': ['admin'],
  /** Release orders. */
  'orders.release': ['releasing', 'admin'],
  /** See registrations and their status. */
  'registrations.see': ['cashier', 'releasing', 'admin'],
  /** Take registrations, their personal data and their money. */
  'registrations.take': ['cashier', 'admin'],
  /** Release a registration's package. */
  'registrations.release': ['releasing', 'admin'],
  /** Change products, their stock, packages and places; open customers' screens. */
  'products.manage': ['admin'],
  /** Read the sales report and all drawers. */
  'sales.read': ['admin'],
  /** Read the journal and verify its seal. */
  'journal.read': ['admin'],
  /** See how the system is: channels, jobs, size. */
  'system.see': ['admin'],
  /** See and change the workplace's settings. */
  'settings.manage': ['admin'],
  /** See and change people and their roles. */
  'people.manage': ['admin'],
  /** Export and erase what is stored about a person. */
  'people.erase': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Capability = keyof typeof holders;

export function can(person: { roles: readonly Role[] }, capability: Capability): boolean {
  const allowed: readonly Role[] = holders[capability];
  return person.roles.some((role) => allowed.includes(role));
}

/** In SQL: `WORKS_HERE` (people/people.ts). */
export const worksHere = (person: { roles: readonly Role[] }): boolean => can(person, 'self.use');

/** For SQL that selects the people who hold a capability. */
export const rolesWith = (capability: Capability): readonly Role[] => holders[capability];
