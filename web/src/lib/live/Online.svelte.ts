import { type Here, LiveChannel } from './LiveChannel.svelte';
import type { Network } from './network';

/**
 * Being there: whoever follows this channel is online to those who watch it.
 * @param epoch the log's, as the page's own snapshot tells it; this channel has no events of its own
 * @param told who else is there, for those who may know
 */
export function presenceChannel(
  epoch: string,
  { network, ended, told }: { network: Network; ended: () => void; told?: (here: Here) => void },
): LiveChannel {
  return new LiveChannel({
    name: 'presence',
    cursor: { epoch, head: 0 },
    network,
    ended,
    apply: () => undefined,
    reload: async () => ({ epoch: (await network.heads(['presence'])).epoch, head: 0 }),
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

  constructor(epoch: string, network: Network, ended: () => void) {
    const told = (here: Here) => {
      this.#present =
        'present' in here
          ? new Set(here.present)
          : new Set([...this.#present, ...here.joined].filter((person) => !here.left.includes(person)));
    };
    this.#channel = presenceChannel(epoch, { network, ended, told });
  }

  start(): () => void {
    return this.#channel.start();
  }

  /** Everyone who is here by id; undefined while that is not known. */
  get present(): ReadonlySet<string> | undefined {
    return this.#channel.status === 'live' ? this.#present : undefined;
  }
}
