/** The only place where channel names are made and parsed. */
import type { Capability } from './roles';

const DAY_MS = 86_400_000;

/** Channel → the capability a listener needs. */
export const channels = {
  /** The public part of each record: who, in or out, since when. */
  attendance: 'attendance.watch',
  /** Full records for the board. */
  'admin.dashboard': 'board.watch',
  /** Changes to people and their roles. */
  'admin.employees': 'people.manage',
  /**
   * A socket here means that its person is present; only watchers see who else is. All staff listen, so it also carries changes
   * to every person's plan.
   */
  presence: 'self.use',
  /** Orders and their status, comments, products and their stock: no money but prices. */
  orders: 'orders.see',
  /** Registrations and their status: no money, no contact details. */
  registrations: 'registrations.see',
  /** The money of orders and registrations, and whose drawers are open. */
  tills: 'orders.sell',
  /** Numbers and their states for customers' screens, which are admitted by a link and to no other channel (live/access.ts). */
  display: 'orders.see',
  /** Sessions and their states. */
  sessions: 'sessions.attend',
  /** One live session for its hosts: attendees, requests, state. */
  session: 'sessions.host',
  /** One person's own records and sign-out orders; only they may listen. */
  user: 'account.use',
} as const satisfies Record<string, Capability>;

export type ChannelKind = keyof typeof channels;
/** Kinds with a channel for each person or session. */
type Owned = 'user' | 'session';
export type ChannelName = Exclude<ChannelKind, Owned> | `${Owned}.${string}`;
export const channelKinds = /* @__PURE__ */ Object.keys(channels) as ChannelKind[];

export const userChannel = (personId: string): `user.${string}` => `user.${personId}`;
export const sessionChannel = (sessionId: string): `session.${string}` => `session.${sessionId}`;

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
 * The presence mode of a socket: none (null), present, present and watching others, or also sending a focus.
 * @param watches whether it requested presence, which must be allowed
 */
export function presenceOn(name: string, watches: boolean): 'present' | 'watch' | 'focus' | null {
  if (name === 'presence') return watches ? 'watch' : 'present';
  return watches ? 'focus' : null;
}

/** Whether events of the channel name their actor. Strangers see customers' screens, so those get no ids of people. */
export const namesActor = (name: ChannelName): boolean => name !== 'display';

/** Every channel, except sessions', to which a person could listen by any role: their sockets end there. */
export const channelsOf = (personId: string): ChannelName[] =>
  channelKinds.flatMap((kind) =>
    kind === 'session' ? [] : [kind === 'user' ? userChannel(personId) : kind],
  );

/** The session id of a customers' screen's sockets; no person's session has this prefix. */
export const displaySession = (id: string): string => `${DISPLAY}${id}`;
/** The screen's id; undefined for a person's session. */
export const displayOfSession = (session: string): string | undefined =>
  session.startsWith(DISPLAY) ? session.slice(DISPLAY.length) : undefined;
const DISPLAY = 'display/';

/** How long a channel's events are kept, in milliseconds. A screen that was away for longer reloads. */
export const retention = {
  default: 7 * DAY_MS,
  /** All staff may replay it, but only the board's watchers may read history: so it is kept for a day only. */
  attendance: DAY_MS,
} as const satisfies Partial<Record<ChannelKind | 'default', number>>;

/** Whether it listens for a whole page while that is visible: it pings often, and its silence counts for the page's other channels. */
export const leads = (name: ChannelName): boolean => name === 'display' || name.startsWith('user.');

/** Seconds between polls where they may be rarer. Apart from the capabilities, which pages need not load. */
const rarePolls: Partial<Record<ChannelName, number>> = {
  'admin.dashboard': 60,
  'admin.employees': 120,
  presence: 120,
  sessions: 120,
};

/** Milliseconds between polls of a channel whose socket is down. */
export const pollEvery = (name: ChannelName): number => (rarePolls[name] ?? 30) * 1000;
