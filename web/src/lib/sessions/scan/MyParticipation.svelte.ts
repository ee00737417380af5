import type { Problem } from '$contract/errors';
import {
  type MySession,
  type Position,
  type Scanned,
  type JoinSession,
  OwnParticipation,
} from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Command, type Keyed, PERSISTENT } from '$lib/Command.svelte';
import { locate, permission } from './position';
import {
  waitingForHost,
  noPosition,
  nothingScanned,
  participationResult,
  refusalResult,
  type Result,
  turnedAway,
  unanswered,
} from './results';

interface Dependencies extends PageDependencies {
  /** The person's own channel, followed by the layout. */
  own: LiveChannel<`user.${string}`>;
}

/** The cookies of a scan. */
interface Scan {
  ticket: string | null;
  fresh: boolean;
  refusal: Problem | null;
}

type Stage = 'idle' | 'sending' | 'explaining' | 'locating' | Result;

/** The person's own participation in a session, live: taken with the scan's ticket. */
export class MyParticipation extends LiveView<MySession, Dependencies> {
  readonly session = this.latest.session;
  /** The ticket of a scan; null without one. */
  readonly ticket: string | null;
  readonly channel = this.follow(this.it.own, {
    'session.marked': [OwnParticipation, (part) => part.sessionId === this.session.id && this.#show(part)],
  });
  readonly #command = new Command(PERSISTENT);
  #participation = $state.raw<OwnParticipation>(this.latest.participation);
  #stage = $state.raw<Stage>('idle');
  #outcome = $state<Scanned['outcome']>();
  #sent: JoinSession | undefined;
  /** An answer was lost: the request may have taken effect. */
  #unsure = false;

  constructor(snapshot: MySession, { ticket, fresh, refusal }: Scan, it: Dependencies) {
    super(snapshot, it);
    this.ticket = ticket;
    if (this.in) this.#outcome = ticket || refusal ? 'already_in' : undefined;
    else if (refusal) this.#stage = refusalResult(refusal);
    else if (ticket && (fresh || !this.#participation.asking)) this.#stage = 'sending';
  }

  /** Uses the scan's ticket, and follows the channel until the returned function is called. */
  override start(): () => void {
    if (this.#stage === 'sending') void this.#begin();
    return super.start();
  }

  get participation(): OwnParticipation {
    return this.#participation;
  }

  /** Whether the person counts as present. */
  get in(): boolean {
    return this.#participation.status === 'present' || this.#participation.status === 'late';
  }

  get busy(): 'sending' | 'locating' | undefined {
    return this.#stage === 'sending' || this.#stage === 'locating' ? this.#stage : undefined;
  }

  /** Whether to say why the position is asked for, before the browser asks. */
  get explaining(): boolean {
    return this.#stage === 'explaining';
  }

  /** The result to show while no request is under way. */
  get result(): Result {
    const stage = this.#stage;
    if (this.in) return participationResult(this.#participation, this.#outcome, this.session);
    if (typeof stage === 'object') return stage;
    if (this.#participation.status) return participationResult(this.#participation, undefined, this.session);
    return this.#participation.asking ? waitingForHost : nothingScanned;
  }

  /** Reads the position and sends the participation with it. */
  async locate(): Promise<void> {
    if (this.busy) return;
    this.#stage = 'locating';
    const found = await locate(this.#sent?.position !== undefined);
    if (typeof found === 'string') this.#stage = noPosition[found];
    else await this.#take({ position: found });
  }

  async ask(): Promise<void> {
    if (!this.busy) await this.#take({ ...this.#where, ask: true });
  }

  /** Sends the same request again after a lost answer. */
  async again(): Promise<void> {
    if (!this.busy) await (this.#sent ? this.#send(this.#sent) : this.#begin());
  }

  /** The last position, so that the host sees the distance. */
  get #where(): { position?: Position } {
    const position = this.#sent?.position;
    return position ? { position } : {};
  }

  async #begin(): Promise<void> {
    if (!this.session.placed) return await this.#take({});
    const state = await permission();
    if (state === 'granted') {
      this.#stage = 'idle';
      await this.locate();
    } else this.#stage = state === 'denied' ? noPosition.denied : 'explaining';
  }

  async #take(more: { position?: Position; ask?: boolean }): Promise<void> {
    if (this.ticket === null) {
      this.#stage = nothingScanned;
      return;
    }
    this.#sent = { ticket: this.ticket, ask: false, ...more };
    await this.#send(this.#sent);
  }

  async #send(json: JoinSession): Promise<void> {
    this.#stage = 'sending';
    const param = { id: this.session.id };
    const ask = async (how: Keyed) => {
      const before = this.#unsure;
      this.#unsure = true;
      const answer = await this.it.api.sessions[':id'].attendance.$post({ param, json }, how);
      if (answer.status < 500) this.#unsure = before;
      return answer;
    };
    await this.#command.send(json, ask, {
      take: (scanned) => this.#taken(scanned),
      refused: (problem) => this.#refused(problem),
    });
    if (this.#command.unanswered) this.#stage = unanswered;
  }

  #taken({ outcome, participation }: Scanned): void {
    // The answer to a lost first try, not a second scan.
    this.#outcome = outcome === 'already_in' && this.#unsure ? undefined : outcome;
    this.#participation = participation;
    this.#stage = 'idle';
  }

  #refused(problem: Problem): void {
    if (problem.status === 401) this.it.ended();
    else this.#stage = refusalResult(problem);
  }

  #show(part: OwnParticipation): void {
    const before = this.#participation;
    this.#participation = part;
    if (before.asking && !part.asking && part.status === null) this.#stage = turnedAway;
    else if (this.in || (!this.busy && (part.asking || part.status !== null))) this.#stage = 'idle';
    // A host or another tab let them in: it was no second scan.
    if (before.status !== part.status && this.#outcome === 'already_in') this.#outcome = undefined;
  }

  protected load(): Promise<MySession> {
    return answerOf(this.it.api.sessions[':id'].participation.$get({ param: { id: this.session.id } }));
  }

  protected override loaded({ participation }: MySession): void {
    this.#show(participation);
  }
}
