/** Who may listen. The socket route checks once; a channel checks again when leases are due. */
import { type ChannelName, parseChannel, sessionChannel } from '../contract/channels';
import { mayListen, mayWatchPresence } from '../contract/listeners';
import type { Role } from '../contract/roles';
import type { Settings } from '../contract/settings/settings';
import { Hook } from '../hook';

/** A session that has not ended, with its person. */
export interface Listener extends Pick<Settings, 'boardVisibleTo'> {
  session: string;
  id: string;
  roles: Role[];
}

export interface Hosting {
  session: string;
  person: string;
}

/** What the slices know of the people behind sockets. */
export const access = {
  /** Those of these sessions that have not ended, with their people. */
  sessions: new Hook<[d1: D1Database, ids: readonly string[], now: number], Promise<Listener[]>>(),
  /** Which of these people host which of these live sessions. */
  hosts: new Hook<
    [d1: D1Database, sessions: readonly string[], people: readonly string[]],
    Promise<Hosting[]>
  >(),
  /** Those of these sessions that belong to a customers' screen whose link is not revoked. */
  displays: new Hook<[d1: D1Database, ids: readonly string[]], Promise<string[]>>(),
  /** The owned channels to which the person may be listening. @param byRole whether to include those that only a role opens */
  channels: new Hook<
    [d1: D1Database, personId: string, now: number, byRole: boolean],
    Promise<ChannelName[]>
  >(),
};

/** Whether a person hosts the session of a channel, of these people and channels. One question for all of them. */
export async function hostsOf(
  d1: D1Database,
  channels: readonly string[],
  people: readonly string[],
): Promise<(channel: string, person: string) => boolean> {
  const sessions = channels.flatMap((channel) => {
    const { kind, owner } = parseChannel(channel) ?? {};
    return kind === 'session' && owner !== undefined ? [owner] : [];
  });
  if (sessions.length === 0 || people.length === 0) return () => false;
  const found = (await Promise.all(access.hosts.ask(d1, sessions, people))).flat();
  const hosting = new Set(found.map(({ session, person }) => `${sessionChannel(session)} ${person}`));
  return (channel, person) => hosting.has(`${channel} ${person}`);
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
    [channel],
    people.map(({ id }) => id),
  );
  const toListen = people.filter((person) => mayListen(person, channel, person, hosts(channel, person.id)));
  const toWatch = toListen.filter((person) => mayWatchPresence(person, channel));
  const screens =
    channel === 'display' ? (await Promise.all(access.displays.ask(d1, sessionIds))).flat() : [];
  const sessions = (those: readonly Listener[]) => those.map(({ session }) => session);
  return { toListen: new Set([...sessions(toListen), ...screens]), toWatch: new Set(sessions(toWatch)) };
}
