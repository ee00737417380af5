/** Who may go on listening. The socket route asks once at the door; a channel asks again when leases are due. */
import { type ChannelName, mayListen, mayWatchPresence, parseChannel } from '../contract/channels';
import type { Role } from '../contract/roles';
import type { Settings } from '../contract/settings/settings';
import { Hook } from '../hook';

/** A session of a person that still stands. */
export interface Listener extends Pick<Settings, 'boardVisibleTo'> {
  session: string;
  id: string;
  roles: Role[];
}

/** What the slices answer of the people behind sockets. */
export const access = {
  /** Of these sessions, those that have not ended, with their people. */
  sessions: new Hook<[d1: D1Database, ids: readonly string[], now: number], Promise<Listener[]>>(),
  /** Of these people, the hosts of that live session. */
  hosts: new Hook<[d1: D1Database, sessionId: string, people: readonly string[]], Promise<string[]>>(),
  /** Of these sessions, those that are a customers' screen's and not revoked. */
  displays: new Hook<[d1: D1Database, ids: readonly string[]], Promise<string[]>>(),
  /** The owned channels that the person may be listening to. @param everyones also those that only their roles opened */
  channels: new Hook<
    [d1: D1Database, personId: string, now: number, everyones: boolean],
    Promise<ChannelName[]>
  >(),
};

/** Which of the people host the session whose channel it is; nobody hosts another channel. */
export async function hostsOf(d1: D1Database, channel: string, people: readonly string[]): Promise<string[]> {
  const { kind, owner } = parseChannel(channel) ?? {};
  if (kind !== 'session' || owner === undefined) return [];
  return (await Promise.all(access.hosts.ask(d1, owner, people))).flat();
}

/** Of these sessions, those that may (still) listen to the channel, and those that may watch who is on it. */
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
