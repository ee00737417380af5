/** Who may listen. The socket route checks once; a channel checks again when leases are due. */
import { type ChannelName, mayListen, mayWatchPresence, parseChannel } from '../contract/channels';
import type { Role } from '../contract/roles';
import type { Settings } from '../contract/settings/settings';
import { Hook } from '../hook';

/** A session that has not ended, with its person. */
export interface Listener extends Pick<Settings, 'boardVisibleTo'> {
  session: string;
  id: string;
  roles: Role[];
}

/** What the slices know of the people behind sockets. */
export const access = {
  /** Those of these sessions that have not ended, with their people. */
  sessions: new Hook<[d1: D1Database, ids: readonly string[], now: number], Promise<Listener[]>>(),
  /** Those of these people who host that live session. */
  hosts: new Hook<[d1: D1Database, sessionId: string, people: readonly string[]], Promise<string[]>>(),
  /** Those of these sessions that belong to a customers' screen whose link is not revoked. */
  displays: new Hook<[d1: D1Database, ids: readonly string[]], Promise<string[]>>(),
  /** The owned channels to which the person may be listening. @param byRole whether to include those that only a role opens */
  channels: new Hook<
    [d1: D1Database, personId: string, now: number, byRole: boolean],
    Promise<ChannelName[]>
  >(),
};

/** Those of the people who host the session of this channel; none for another kind of channel. */
export async function hostsOf(d1: D1Database, channel: string, people: readonly string[]): Promise<string[]> {
  const { kind, owner } = parseChannel(channel) ?? {};
  if (kind !== 'session' || owner === undefined) return [];
  return (await Promise.all(access.hosts.ask(d1, owner, people))).flat();
}

/** Those of these sessions that may (still) listen to the channel, and those that may watch its presence. */
export async function stillAllowed(
  d1: D1Database,
  channel: string,
  sessionIds: readonly string[],
  now: number,
): Promise<{ toListen: Set<string>; toWatch: Set<string> }> {
  const people = (await Promise.all(access.sessions.ask(d1, sessionIds, now))).flat();
  const hosts = await hostsOf(
    d1,
    channel,
    people.map(({ id }) => id),
  );
  const toListen = people.filter((person) => mayListen(person, channel, person, hosts.includes(person.id)));
  const toWatch = toListen.filter((person) => mayWatchPresence(person, channel));
  const screens =
    channel === 'display' ? (await Promise.all(access.displays.ask(d1, sessionIds))).flat() : [];
  const sessions = (those: readonly Listener[]) => those.map(({ session }) => session);
  return { toListen: new Set([...sessions(toListen), ...screens]), toWatch: new Set(sessions(toWatch)) };
}
