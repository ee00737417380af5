/** Who may listen to a channel, and see who else does. Apart from the names, which phones load with every page. */
import { type ChannelKind, channels, parseChannel } from './channels';
import { can, type Capability, type Role } from './roles';
import type { Settings } from './settings/settings';

/**
 * Whether this person may listen. The answer is the same for unknown channels and other people's.
 * @param hosts whether they host the session of this channel
 */
export function mayListen(
  person: { id: string; roles: readonly Role[] },
  name: string,
  settings: Pick<Settings, 'boardVisibleTo'>,
  hosts: boolean,
): boolean {
  const channel = parseChannel(name);
  if (!channel || !can(person, channels[channel.kind])) return false;
  if (channel.kind === 'attendance' && !maySeePresence(person, settings)) return false;
  if (channel.kind === 'session') return hosts || can(person, 'sessions.manage');
  return channel.owner === undefined || channel.owner === person.id;
}

/** Whether this person may see who is at work. A setting may limit it to those who may watch the board. */
export const maySeePresence = (
  person: { roles: readonly Role[] },
  { boardVisibleTo }: Pick<Settings, 'boardVisibleTo'>,
): boolean => boardVisibleTo === 'everyone' || can(person, 'board.watch');

type Rights = Readonly<Partial<Record<string, Capability>>>;

const holds = (person: { roles: readonly Role[] }, rights: Rights, name: string): boolean => {
  const right = Object.hasOwn(rights, name) ? rights[name] : undefined;
  return right !== undefined && can(person, right);
};

/** Channel → the capability to see who else is on it. */
const watched = {
  presence: 'board.watch',
  orders: 'orders.see',
  registrations: 'registrations.see',
} as const satisfies Partial<Record<ChannelKind, Capability>>;

export const mayWatchPresence = (person: { roles: readonly Role[] }, name: string): boolean =>
  holds(person, watched, name);

/** Channel → the capability to do the work of its desk. */
const desks = {
  orders: 'orders.release',
  registrations: 'registrations.release',
} as const satisfies Partial<Record<ChannelKind, Capability>>;

/** Whether a watcher of the channel works at its desk. */
export const worksAtDesk = (person: { roles: readonly Role[] }, name: string): boolean =>
  holds(person, desks, name);
