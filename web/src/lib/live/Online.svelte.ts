import type { Cursor } from '$contract/wire';
import { createContext } from 'svelte';
import { type Here, LiveChannel } from './LiveChannel.svelte';
import type { Network } from './network';

/**
 * Being there: whoever follows this channel is online to those who watch it. What it tells everyone is for those who join.
 * @param cursor where it stands, as the page's own snapshot tells it
 * @param told who else is there, for those who may know
 */
export function presenceChannel(
  cursor: Cursor,
  { network, ended, told }: { network: Network; ended: () => void; told?: (here: Here) => void },
): LiveChannel {
  return new LiveChannel({
    name: 'presence',
    cursor,
    network,
    ended,
    apply: () => undefined,
    reload: async () => {
      const { epoch, heads } = await network.heads(['presence']);
      return { epoch, head: heads['presence'] ?? 0 };
    },
    ...(told && { presence: told }),
  });
}

/**
 * Who is online now. Known only over a live socket: whenever it is not, nobody is said to be there, since a person shown
 * as present who has long gone would be worse than none.
 */
export class Online {
  readonly #channel: LiveChannel;
  #present = $state.raw<ReadonlySet<string>>(new Set());

  constructor(at: Cursor, network: Network, ended: () => void) {
    const told = (here: Here) => {
      this.#present =
        'present' in here
          ? new Set(here.present)
          : new Set([...this.#present, ...here.joined].filter((person) => !here.left.includes(person)));
    };
    this.#channel = presenceChannel(at, { network, ended, told });
  }

  start(): () => void {
    return this.#channel.start();
  }

  /** Everyone who is here by id; undefined while that is not known. */
  get present(): ReadonlySet<string> | undefined {
    return this.#channel.status === 'live' ? this.#present : undefined;
  }
}

/** The channel by which this page is there, as the page around follows it. The function that gives it must be called where it is joined. */
const [presenceHere, setPresence] = createContext<() => LiveChannel>();
export { presenceHere, setPresence };
