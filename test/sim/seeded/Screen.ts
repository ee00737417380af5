/** A supervisor's board. */
import type { ApiClient } from '../../../web/src/lib/api';
import { Board } from '../../../web/src/lib/attendance/Board.svelte';
import { answerOf } from '../../../web/src/lib/live/network';
import { board } from '../../../worker/attendance/days';
import { userChannel } from '../../../worker/contract/channels';
import type { Board as Snapshot } from '../../../worker/contract/attendance/board';
import { headsOf } from '../../../worker/live/replay';
import { cursorIn } from '../../../web/src/lib/live/cursor';
import { Page } from './Page';
import type { Someone } from './people';
import type { World } from './World';

export class Screen extends Page {
  board: Board | undefined;

  constructor(
    world: World,
    readonly person: Someone,
    name: string,
  ) {
    super(world, person.token, name);
    this.act(() => this.#open());
  }

  get api(): ApiClient {
    const get = ({ query: { date } }: { query: { date?: string } }) =>
      this.get(() => this.worker.answer(this.token, (scope) => board(scope, date)));
    return { attendance: { board: { $get: get } } } as unknown as ApiClient;
  }

  async #open(): Promise<void> {
    for (;;) {
      try {
        const heads = await this.request(() =>
          this.worker.answer(this.token, (scope) =>
            headsOf(scope.d1, ['presence', userChannel(this.person.id)]),
          ),
        );
        const snapshot = await answerOf<Snapshot>(this.api.attendance.board.$get({ query: {} }));
        if (heads.status === 200) return this.#begin(snapshot, heads.body as Snapshot['at']);
      } catch {
        // Without network: tried again.
      }
      await this.world.scheduler.pause(2_000);
    }
  }

  #begin(snapshot: Snapshot, heads: Snapshot['at']): void {
    const { network, ended, api } = this;
    const own = userChannel(this.person.id);
    this.follow(own, cursorIn(heads, own)).start();
    const presence = this.follow('presence', cursorIn(heads, 'presence'));
    const it = new Board(snapshot, { network, ended, api, presence });
    this.watch(it.channel);
    this.channels.push(it.channel);
    presence.start();
    it.start();
    this.board = it;
  }
}
