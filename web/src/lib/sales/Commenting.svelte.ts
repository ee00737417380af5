import type { Comment, CommentChange } from '$contract/sales/orders/orders';
import type { ApiClient } from '$lib/api';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { uuidv7 } from '$lib/uuidv7';
import type { LiveOrders } from './orders/LiveOrders.svelte';

/** Sends comments on orders, from a till or the desk. */
export class Commenting {
  readonly command = new Command();
  #id = uuidv7();

  constructor(
    private readonly api: ApiClient,
    private readonly orders: () => LiveOrders,
  ) {}

  /** @returns whether it is saved; if not, the form keeps its text */
  async write(orderId: string, text: string): Promise<boolean> {
    const json = { id: this.#id, text };
    const done = await this.#send([orderId, json], (how) =>
      this.api.orders[':id'].comments.$post({ param: { id: orderId }, json }, how),
    );
    if (done) this.#id = uuidv7();
    return done;
  }

  change({ orderId: id, id: comment }: Comment, text: string): Promise<boolean> {
    return this.#send([comment, text], (how) =>
      this.api.orders[':id'].comments[':comment'].$patch({ param: { id, comment }, json: { text } }, how),
    );
  }

  #send(what: unknown, ask: (how: Keyed) => Promise<Answer<CommentChange>>): Promise<boolean> {
    return this.command.send(what, ask, { take: ({ comment }) => this.orders().takeComment(comment) });
  }
}
