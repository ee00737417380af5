/** The Worker's side of a request, entered at its scope: as http/ makes it, without HTTP. */
import { problems } from '../../../worker/contract/errors';
import { presenceOn, type ChannelName } from '../../../worker/contract/channels';
import type { Capability } from '../../../worker/contract/roles';
import { OFFLINE_AFTER_MS } from '../../../worker/contract/tap';
import { type Cursor, pong } from '../../../worker/contract/wire';
import { isOutage } from '../../../worker/http/outage';
import { objectOf } from '../../../worker/live/object';
import { eventsSince, headsOf } from '../../../worker/live/replay';
import { admission } from '../../../worker/live/socket';
import { askerOf } from '../../../worker/people/sign-in/sessions';
import { Refusal } from '../../../worker/refusal';
import { Scope } from '../../../worker/scope';
import { Session } from '../../../worker/session';
import { Owner } from './Scheduler';
import type { Link } from './sockets';
import { Broken, type World } from './World';

export interface Answered {
  status: number;
  body: unknown;
}

/** What a write brings: its right, its key, what the key covers, and when it was tapped, if a device may have kept it. */
export interface Written {
  may: Capability;
  key: string;
  text: string;
  /** Who tapped, and how long ago by the device's own clock, milliseconds. */
  tap?: { person: string; ago: number };
  /** The form may be older than what it changes, so that a refusal as changed meanwhile is right. */
  mayBeOutdated?: boolean;
}

export class Worker {
  constructor(private readonly world: World) {}

  /** Answers as the API does: a refusal by its status, an outage with 503. A deploy ends it without an answer. */
  async answer(token: string, act: (scope: Scope) => unknown, written?: Written): Promise<Answered> {
    const scope = this.#scope(token, written);
    try {
      if (written) {
        const { may, tap } = written;
        await scope.identify(may, true);
        scope.mustBeAllowed(may);
        if (tap && tap.person !== scope.me.id) throw new Refusal('another_person');
        return { status: 200, body: clone(await scope.asPresent(may, () => act(scope))) };
      }
      await scope.identify('account.use', false);
      scope.mustBeAllowed('account.use');
      return { status: 200, body: clone(await act(scope)) };
    } catch (error) {
      if (written && error instanceof Refusal) this.#mustRefuse(error, scope.asker?.id, written);
      return this.#problem(error);
    }
  }

  /** Admits a socket, as the route does (live/routes.ts). @returns whether it did */
  async connect(
    token: string,
    link: Link,
    name: ChannelName,
    at: Cursor,
    watches: boolean,
  ): Promise<boolean> {
    const { world } = this;
    const scope = this.#scope(token);
    await scope.identify('account.use', false);
    const { me } = scope;
    const { epoch, heads } = await headsOf(scope.d1, [name]);
    const presence = presenceOn(name, watches);
    const headers = new Headers({
      [admission.person]: me.id,
      [admission.session]: me.session,
      [admission.cursor]: pong({ epoch, head: heads[name] ?? 0 }),
      ...(presence && { [admission.presence]: presence }),
    });
    const url = `https://muster.test/?epoch=${at.epoch}&since=${at.head}`;
    world.objects.upgrading = link;
    const stub = objectOf(scope.env, name);
    const { status } = await stub.fetch({ url, headers } as unknown as Request);
    return status === 101;
  }

  since = (token: string, name: ChannelName, { epoch, head }: Cursor) =>
    this.answer(token, async (scope) => {
      const answer = await eventsSince(scope.d1, name, { since: head, epoch }, 7);
      if (answer.reset && answer.epoch === epoch && head > answer.head)
        scope.deliver([{ channel: name, epoch, head: answer.head, events: [] }]);
      return answer;
    });

  heads = (token: string, names: readonly ChannelName[]) =>
    this.answer(token, (scope) => headsOf(scope.d1, names));

  #scope(token: string, written?: Written): Scope {
    const { world } = this;
    const { env } = world;
    const { now } = world.scheduler;
    const session = new Session(token, askerOf(env.DB, token, env.WORKPLACE_ZONE));
    const key = written && { value: written.key, fingerprint: written.text };
    const scope = new Scope(env, { waitUntil: ignoreEnd }, { session, ...(key && { key }) });
    if (!written?.tap) return scope;
    const { ago } = written.tap;
    const at = now - Math.max(0, ago);
    return scope.with({ tap: { at, receivedAt: now, offline: ago > OFFLINE_AFTER_MS, untimely: null } });
  }

  /** A race that another look at the database settles refuses no one, and nothing that took effect is refused. */
  #mustRefuse(
    { code }: Refusal,
    person: string | undefined,
    { key, text, mayBeOutdated = false }: Written,
  ): void {
    if (code === 'unavailable' || person === undefined) return;
    const { world } = this;
    if (code === 'changed_meanwhile' && !mayBeOutdated)
      world.fail(new Broken(`a race refused an act: ${text}`));
    const kept = world.db.rows('SELECT 1 FROM idempotency WHERE actor = ?1 AND key = ?2', person, key);
    if (kept.length > 0) world.fail(new Broken(`an act that took effect was refused as ${code}: ${text}`));
  }

  #problem(error: unknown): Answered {
    if (error instanceof Broken) throw error;
    if (!(error instanceof Refusal) && !isOutage(error)) throw this.world.fail(error);
    const code = error instanceof Refusal ? error.code : 'unavailable';
    const [status, title] = problems[code];
    const more = error instanceof Refusal ? error.more : {};
    return { status, body: clone({ type: 'about:blank', title, status, code, ...more }) };
  }
}

/** A task of the request that goes on after its answer. */
const ignoreEnd = (work: Promise<unknown>): void => void work.catch(() => undefined);

export const newRequest = (): Owner => new Owner('request');

/** As JSON carries it. */
const clone = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
