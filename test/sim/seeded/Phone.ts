/** A tab with a person's own day: the page's classes, their outbox and the layout's channels. */
import type { ApiClient } from '../../../web/src/lib/api';
import { MyDay } from '../../../web/src/lib/attendance/MyDay.svelte';
import { answerOf } from '../../../web/src/lib/live/network';
import type { Act } from '../../../web/src/lib/outbox/act';
import { Outbox } from '../../../web/src/lib/outbox/Outbox.svelte';
import { send } from '../../../web/src/lib/outbox/send';
import type { BreakReceipted, Receipted } from '../../../worker/contract/attendance/attendance';
import type { MyDays } from '../../../worker/contract/attendance/my-days';
import { userChannel } from '../../../worker/contract/channels';
import { breakReceipted, endBreak, startBreak } from '../../../worker/attendance/breaks';
import { checkIn, checkOut, receipted } from '../../../worker/attendance/check-in';
import { orPropose } from '../../../worker/attendance/corrections/review';
import { myDays } from '../../../worker/attendance/days';
import type { Scope } from '../../../worker/scope';
import { cursorIn } from '../../../web/src/lib/live/cursor';
import type { Device } from './Device';
import { Page } from './Page';
import type { Someone } from './people';

/** An act that a page was told has taken effect. `at`: when the Worker answered. */
export interface Acknowledged {
  person: string;
  key: string;
  at: number;
}

type Body = Readonly<Record<string, string>>;

/** The handlers of the routes that a tap may name (attendance/routes.ts). */
const routes: Record<string, (scope: Scope, body: Body) => Promise<unknown>> = {
  'attendance/check-in': (scope, { id = '' }) =>
    orPropose<Receipted>(scope, { kind: 'in', id }, () => checkIn(scope, id), receipted),
  'attendance/check-out': (scope, { id = '' }) =>
    orPropose<Receipted>(scope, { kind: 'out', id }, () => checkOut(scope, id), receipted),
  'attendance/break-start': (scope, { id = '', recordId = '', kind = '' }) =>
    orPropose<BreakReceipted>(
      scope,
      { kind: 'break', id, recordId, breakKind: kind },
      () => startBreak(scope, { id, recordId, kind }),
      breakReceipted,
    ),
  'attendance/break-end': (scope, { id = '' }) =>
    orPropose<BreakReceipted>(scope, { kind: 'back', id }, () => endBreak(scope, id), breakReceipted),
};

interface Sent {
  tapped: { person: string; at: number };
  [field: string]: unknown;
}

export class Phone extends Page {
  day: MyDay | undefined;
  readonly outbox: Outbox;

  constructor(
    readonly device: Device,
    readonly person: Someone,
    name: string,
    private readonly acknowledged: Acknowledged[],
  ) {
    super(device.world, person.token, name);
    const surroundings = device.surroundings(this.owner, {
      send: (act: Act) => send(act, () => Math.floor(this.world.scheduler.now + device.skew)),
      whenBack: (back) => this.network.watch({ resumed: back }),
    });
    this.outbox = new Outbox(person.id, surroundings);
    this.act(() => this.#open());
  }

  get api(): ApiClient {
    const mine = ({ query: { days } }: { query: { days: string } }) =>
      this.get(() => this.worker.answer(this.token, (scope) => myDays(scope, { days: Number(days) })));
    return { attendance: { mine: { $get: mine } } } as unknown as ApiClient;
  }

  override async fetch(path: string, init: RequestInit): Promise<Response> {
    const act = path.replace('/api/v1/', '');
    const text = init.body as string;
    const headers = init.headers as Record<string, string>;
    const { tapped, ...body } = JSON.parse(text) as Sent;
    const key = headers['Idempotency-Key'] as string;
    const ago = Number(headers['Sent-At']) - tapped.at;
    const route = routes[act];
    if (!route) throw new Error(`no route ${act}`);
    const tap = { person: tapped.person, ago };
    const written = { may: 'self.use' as const, key, text: act + text, tap };
    const request = this.request(async () => ({
      answer: await this.worker.answer(this.token, (scope) => route(scope, body as Body), written),
      at: this.world.scheduler.now,
    }));
    const { answer, at } = await this.device.sends(this.owner, key, request);
    this.world.note(`${this.owner.name}: ${act} ${answer.status}`);
    if (answer.status === 200) this.acknowledged.push({ person: tapped.person, key, at });
    return {
      ok: answer.status === 200,
      status: answer.status,
      headers: new Headers(answer.status === 503 ? { 'Retry-After': '5' } : {}),
      json: () => Promise.resolve(answer.body),
    } as Response;
  }

  async #open(): Promise<void> {
    for (;;) {
      try {
        return this.#begin(await answerOf<MyDays>(this.api.attendance.mine.$get({ query: { days: '1' } })));
      } catch {
        await this.world.scheduler.pause(2_000);
      }
    }
  }

  #begin(snapshot: MyDays): void {
    const { network, outbox, ended, api, person } = this;
    const own = this.follow(userChannel(person.id), cursorIn(snapshot.at, userChannel(person.id)));
    const presence = this.follow('presence', cursorIn(snapshot.at, 'presence'));
    const day = new MyDay(snapshot, {
      person: person.id,
      own,
      presence,
      outbox,
      network,
      ended,
      api,
      waits: () => undefined,
    });
    this.watch(own);
    outbox.start();
    own.start();
    presence.start();
    day.start();
    this.day = day;
  }

  /** What a person might do now. */
  tap(): void {
    const { day, world } = this;
    if (!day) return;
    const { open, on } = day;
    const what = world.random();
    if (!open || what < 0.3) return void day.checkInOut.press();
    if (on) return void day.breakCommand.end();
    const [allowance] = day.allowances;
    if (allowance) void day.breakCommand.begin(allowance);
  }
}
