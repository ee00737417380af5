import { LiveChannel } from './LiveChannel.svelte';
import type { Network } from './network';

/**
 * Who is online now. Known only over a live socket: whenever it is not, nobody is said to be there, since a person shown
 * as present who has long gone would be worse than none.
 */
export class Online {
  readonly #channel: LiveChannel;
  #present = $state.raw<ReadonlySet<string>>(new Set());

  /** @param epoch the log's, as the page's own snapshot tells it; this channel has no events of its own */
  constructor(epoch: string, network: Network, ended: () => void) {
    this.#channel = new LiveChannel({
      name: 'presence',
      cursor: { epoch, head: 0 },
      network,
      ended,
      apply: () => undefined,
      reload: async () => {
        const { epoch: present } = await network.heads(['presence']);
        return { epoch: present, head: 0 };
      },
      presence: (told) => {
        this.#present =
          'present' in told
            ? new Set(told.present)
            : new Set([...this.#present, ...told.joined].filter((person) => !told.left.includes(person)));
      },
    });
  }

  start(): () => void {
    return this.#channel.start();
  }

  /** Everyone who is here by id; undefined while that is not known. */
  get present(): ReadonlySet<string> | undefined {
    return this.#channel.status === 'live' ? this.#present : undefined;
  }
}
