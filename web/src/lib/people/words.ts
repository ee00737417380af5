import type { ListedPerson } from '$contract/people/people';
import type { Role } from '$contract/roles';

export const roles: Record<Role, { name: string; may: string }> = {
  employee: { name: 'Employee', may: 'Checks in and out, takes breaks, sees their own days.' },
  supervisor: {
    name: 'Supervisor',
    may: 'Sees the board and reports, marks days, decides on corrections, plans schedules.',
  },
  host: { name: 'Host', may: 'Runs live sessions.' },
  cashier: { name: 'Cashier', may: 'Takes orders and registrations.' },
  releasing: { name: 'Releasing', may: 'Releases orders and packages.' },
  member: { name: 'Member', may: 'Sees their own membership, joins sessions.' },
  admin: { name: 'Admin', may: 'Full access.' },
};

/** The people of each role. */
export const audiences: Record<Role, string> = {
  employee: 'employees',
  supervisor: 'supervisors',
  host: 'hosts',
  cashier: 'cashiers',
  releasing: 'the release desk',
  member: 'members',
  admin: 'admins',
};

/** Whether a person can sign in; empty for those who can. */
export const accessWords: Record<ListedPerson['access'], string> = {
  password: '',
  invited: 'Invited',
  none: 'No password yet',
};
