/** Channel names are made and parsed here and nowhere else. */
import type { Capability } from './roles';
import { can, type Role } from './roles';
import type { Settings } from './settings/settings';

const DAY_MS = 86_400_000;

/** Channel → the capability a listener needs, and how often a screen polls it while sockets fail. */
const channels = {
  /** The public projection of each record: who, in or out, since when. */
  attendance: { capability: 'attendance.watch', pollSeconds: 30 },
  /** Full records for the board. */
  'admin.dashboard': { capability: 'board.watch', pollSeconds: 60 },
  /** Changes to people and their roles. */
  'admin.employees': { capability: 'people.manage', pollSeconds: 120 },
  /**
   * Whoever holds a socket here is there; only those who watch are told who else is. As everyone who works here listens,
   * its log tells what concerns everyone's own pages.
   */
  presence: { capability: 'self.use', pollSeconds: 120 },
  /** Orders and how they stand, comments, products and their stock: no money but prices. */
  orders: { capability: 'orders.see', pollSeconds: 30 },
  /** Who registered for what, and how that stands: no money, no way to reach them. */
  registrations: { capability: 'registrations.see', pollSeconds: 30 },
  /** The money of orders and registrations, and whose drawers are open. */
  tills: { capability: 'orders.sell', pollSeconds: 30 },
  /** Numbers and their states, for customers' screens; these come in by a link and hear nothing else (live/access.ts). */
  display: { capability: 'orders.see', pollSeconds: 30 },
  /** Which sessions there are, and how they stand. */
  sessions: { capability: 'sessions.attend', pollSeconds: 120 },
  /** One live session: who came, what was asked, how it stands. For its hosts. */
  session: { capability: 'sessions.host', pollSeconds: 30 },
  /** One person's own records and sign-out orders; only they may listen. */
  user: { capability: 'account.use', pollSeconds: 30 },
} as const satisfies Record<string, { capability: Capability; pollSeconds: number }>;

export type ChannelKind = keyof typeof channels;
/** Kinds of which there is one for each person, or for each session. */
type Owned = 'user' | 'session';
export type ChannelName = Exclude<ChannelKind, Owned> | `${Owned}.${string}`;
export const channelKinds = Object.keys(channels) as ChannelKind[];

export const userChannel = (personId: string): `user.${string}` => `user.${personId}`;
export const sessionChannel = (sessionId: string): `session.${string}` => `session.${sessionId}`;

/** The channel of that name, or undefined if there is none. */
export function parseChannel(
  name: string,
): { name: ChannelName; kind: ChannelKind; owner?: string } | undefined {
  const owned = /^(user|session)\.([0-9a-f-]{36})$/.exec(name);
  if (owned) return { name: name as ChannelName, kind: owned[1] as Owned, owner: owned[2] as string };
  if (name !== 'user' && name !== 'session' && Object.hasOwn(channels, name))
    return { name: name as ChannelName, kind: name as ChannelKind };
  return undefined;
}

/**
 * Whether this person may listen. Unknown channels and other people's are refused alike.
 * @param hosts whether they are a host of the session whose channel it is
 */
export function mayListen(
  person: { id: string; roles: readonly Role[] },
  name: string,
  settings: Pick<Settings, 'boardVisibleTo'>,
  hosts: boolean,
): boolean {
  const channel = parseChannel(name);
  if (!channel || !can(person, channels[channel.kind].capability)) return false;
  if (channel.kind === 'attendance' && !maySeeStandings(person, settings)) return false;
  if (channel.kind === 'session') return hosts || can(person, 'sessions.manage');
  return channel.owner === undefined || channel.owner === person.id;
}

/** Whether this person may see who is at work: a setting may narrow it to those who watch the board. */
export const maySeeStandings = (
  person: { roles: readonly Role[] },
  { boardVisibleTo }: Pick<Settings, 'boardVisibleTo'>,
): boolean => boardVisibleTo === 'everyone' || can(person, 'board.watch');

/** Channel → the capability by which somebody is told who else is there. */
const watched = {
  presence: 'board.watch',
  orders: 'orders.see',
  registrations: 'registrations.see',
} as const satisfies Partial<Record<ChannelKind, Capability>>;

/** Whether this person may be told who holds a socket on the channel. */
export const mayWatchPresence = (person: { roles: readonly Role[] }, name: string): boolean =>
  Object.hasOwn(watched, name) && can(person, watched[name as keyof typeof watched]);

/**
 * What somebody's socket counts for there: nothing (null), being there, being there and told of the others, or also telling
 * the others what they look at.
 * @param watches whether they want to be told; they must be allowed to
 */
export function presenceOn(name: string, watches: boolean): 'present' | 'watch' | 'together' | null {
  if (name === 'presence') return watches ? 'watch' : 'present';
  return watches ? 'together' : null;
}

/** Whether the channel tells by whom a change was. Strangers see the customers' screens, and no ids of people. */
export const tellsWhom = (name: ChannelName): boolean => name !== 'display';

/** Every channel but the sessions' that a person could ever listen to, whatever their roles are now: where their sockets end. */
export const channelsOf = (personId: string): ChannelName[] =>
  channelKinds.flatMap((kind) =>
    kind === 'session' ? [] : [kind === 'user' ? userChannel(personId) : kind],
  );

/** By what a customers' screen's sockets are known; no session's id reads like this. */
export const displaySession = (id: string): string => `${DISPLAY}${id}`;
/** The screen of such a session; undefined where it is a person's. */
export const displayOfSession = (session: string): string | undefined =>
  session.startsWith(DISPLAY) ? session.slice(DISPLAY.length) : undefined;
const DISPLAY = 'display/';

/** How long a channel's log is kept, and how many of its last events whatever their age. */
export const retention = {
  default: { ms: 7 * DAY_MS, events: 1_000 },
  /** Everyone may replay it, and only the board's watchers may read history: it reaches back no further than a night. */
  attendance: { ms: DAY_MS, events: 0 },
} as const satisfies Partial<Record<ChannelKind | 'default', { ms: number; events: number }>>;

/** Milliseconds between polls of a channel whose socket is down (DESIGN: 30 s attendance, 60 s dashboard, 120 s lists). */
export function pollEvery(name: ChannelName): number {
  const kind = parseChannel(name)?.kind ?? 'admin.employees';
  return channels[kind].pollSeconds * 1000;
}
