/** Ways to break the core. `npm run sim -- --mutants` applies each, and a schedule must notice (docs/guarantees.md). */

interface Edit {
  /** From the project's folder. */
  file: string;
  /** Must be in the file exactly once. */
  find: string;
  replace: string;
}

export interface Mutant {
  name: string;
  /** The promise that it breaks. */
  breaks: string;
  /** Several where one defence alone is masked by another. */
  edits: readonly Edit[];
}

const CHANNEL = 'worker/live/channel.ts';
const COMMIT = 'worker/live/commit.ts';
const SCOPE = 'worker/scope.ts';
const REPLAY = 'worker/live/replay.ts';
const DELIVERY = 'worker/live/delivery.ts';
const REDUCER = 'web/src/lib/live/reducer.ts';
const SUBSCRIBERS = 'web/src/lib/live/Subscribers.ts';
const LIVE = 'web/src/lib/live/LiveChannel.svelte.ts';
const VIEW = 'web/src/lib/live/LiveView.svelte.ts';
const CONNECTION = 'web/src/lib/live/connection.ts';
const HEADS = 'web/src/lib/live/HeadsCheck.ts';
const OUTBOX = 'web/src/lib/outbox/Outbox.svelte.ts';
const SEND = 'web/src/lib/outbox/send.ts';
const CHECK_IN = 'worker/attendance/check-in.ts';
const MOVE = 'worker/sales/move.ts';

const LIVE_IS_EXACT = 'a screen that is live is exact';
const APPLIED_ONCE = 'an event is applied once, in order';
const ACT_ONCE = 'an act takes effect once';
const NOTHING_LOST = 'what was acknowledged is kept';
const HEALED = 'once faults end, every screen equals the database';

/** A change of one place. */
const one = (name: string, breaks: string, file: string, find: string, replace: string): Mutant => ({
  name,
  breaks,
  edits: [{ file, find, replace }],
});

export const mutants: readonly Mutant[] = [
  {
    name: 'client: no gap check',
    breaks: APPLIED_ONCE,
    edits: [
      { file: REDUCER, find: 'event.seq === head + 1 + next.length', replace: 'event.seq > head' },
      { file: SUBSCRIBERS, find: 'if (event.seq !== head + 1) return;', replace: '' },
    ],
  },
  {
    name: 'client: no dedupe',
    breaks: APPLIED_ONCE,
    edits: [
      { file: REDUCER, find: 'if (event.seq === head + 1 + next.length) next', replace: 'next' },
      { file: SUBSCRIBERS, find: 'if (event.seq !== head + 1) return;', replace: '' },
    ],
  },
  one(
    'client: no epoch check of frames',
    HEALED,
    REDUCER,
    'if (message.epoch !== at.epoch) return',
    'if (at.epoch === "") return',
  ),
  one(
    'client: no epoch check of pulls',
    HEALED,
    REDUCER,
    "if (answer.reset) return { do: 'reload', heard: at.heard };",
    "if (answer.reset) return { do: 'apply', events: [], heard: at.heard };",
  ),
  one(
    'client: a pong’s head is not compared',
    LIVE_IS_EXACT,
    REDUCER,
    "heard > at.head ? 'pull' : 'drop'",
    "'drop'",
  ),
  one(
    'client: a dead socket is not noticed',
    LIVE_IS_EXACT,
    CONNECTION,
    "this.#timers.stop('heartbeat');\n    this.#expect(socket, this.#beat.dead);",
    "this.#timers.stop('heartbeat');",
  ),
  one(
    'client: no heartbeat',
    LIVE_IS_EXACT,
    CONNECTION,
    "this.#timers.start('heartbeat', this.#beat.heartbeat, () => this.ping());",
    '',
  ),
  {
    name: 'client: a pong that lay in the buffer counts',
    breaks: LIVE_IS_EXACT,
    edits: [
      {
        file: CONNECTION,
        find: 'this.isOld) this.#unanswered -= 1;',
        replace: 'this.isOld) this.#unanswered = 0;',
      },
      { file: LIVE, find: 'this.#sleep.look(); // before what lay in the buffer counts', replace: '' },
    ],
  },
  one(
    'client: live again at a wake-up before anything is heard',
    LIVE_IS_EXACT,
    LIVE,
    '    this.#unsettle();\n    this.#connection.ping();',
    '    this.#connection.ping();',
  ),
  one(
    'client: the silence of one channel stays its own',
    LIVE_IS_EXACT,
    CONNECTION,
    '      this.#lose(socket);\n      this.listener.silent();',
    '      this.#lose(socket);',
  ),
  one(
    'client: a snapshot moves no cursor',
    APPLIED_ONCE,
    VIEW,
    'subscriber.cursor = cursorIn(snapshot.at, channel.name);',
    'void cursorIn(snapshot.at, channel.name);',
  ),
  {
    name: 'client: one page of a pull is enough',
    breaks: LIVE_IS_EXACT,
    edits: [
      {
        file: LIVE,
        find: 'while (again || this.#subscribers.isStale || this.cursor.head < this.#heard);',
        replace: 'while (again);',
      },
      {
        file: LIVE,
        find: 'if (this.cursor.head < this.#heard || this.#doubted ||',
        replace: 'if (this.#doubted ||',
      },
    ],
  },
  one(
    'client: no heads check',
    LIVE_IS_EXACT,
    HEADS,
    'for (const channel of live) channel.hear({ epoch, head: heads[channel.name] ?? 0 });',
    'void epoch; void heads;',
  ),
  one(
    'object: no gap check',
    APPLIED_ONCE,
    CHANNEL,
    'if (events[0]?.seq !== last + 1) {',
    'if (!((events[0]?.seq ?? 0) > last)) {',
  ),
  {
    name: 'object: no dedupe',
    breaks: APPLIED_ONCE,
    edits: [
      {
        file: CHANNEL,
        find: 'while (last < head) {\n      let next',
        replace: 'for (let once = events.length > 0; once || last < head; once = false) {\n      let next',
      },
      {
        file: CHANNEL,
        find: 'if (events[0]?.seq !== last + 1) {',
        replace: 'if (!((events[0]?.seq ?? Infinity) <= last + 1)) {',
      },
    ],
  },
  one(
    'object: no epoch check',
    HEALED,
    CHANNEL,
    'if (epoch !== this.#sent.epoch) return this.#settleEpoch();',
    '',
  ),
  one(
    'object: a reset is not passed on',
    HEALED,
    CHANNEL,
    'if (missed.reset) return this.#restart(missed);',
    'if (missed.reset) return;',
  ),
  one(
    'object: the head moves before the frame leaves',
    LIVE_IS_EXACT,
    CHANNEL,
    'let last = this.#sent.head + this.#pending.length;\n    if (head < last)',
    'let last = Math.max(head, this.#sent.head + this.#pending.length);\n    this.#sent = { epoch, head: last };\n    if (head < last)',
  ),
  one(
    'object: greets without the events that it replays',
    LIVE_IS_EXACT,
    CHANNEL,
    'if (replay) socket.send(framed(epoch, missed));',
    '',
  ),
  one(
    'object: no order among deliveries',
    APPLIED_ONCE,
    CHANNEL,
    'const ordered = this.#ordering.then(() => this.#take(epoch, head, events));',
    'const ordered = this.#take(epoch, head, events);',
  ),
  one('log: no floor check', HEALED, REPLAY, 'from.since < floor || ', ''),
  one('log: no epoch check', HEALED, REPLAY, '(from.epoch !== undefined && from.epoch !== epoch) || ', ''),
  one('log: no check of a cursor ahead', HEALED, REPLAY, ' || from.since > head', ''),
  one(
    'log: torn snapshot',
    HEALED,
    REPLAY,
    'coalesce(heads.seq, 0) AS head\n       FROM json_each',
    'coalesce(heads.seq, 0) + 1 AS head\n       FROM json_each',
  ),
  one(
    'commit: numbers from the events that are left',
    APPLIED_ONCE,
    COMMIT,
    'ON CONFLICT (channel) DO UPDATE SET seq = seq + excluded.seq`',
    'ON CONFLICT (channel) DO UPDATE SET seq = (SELECT coalesce(max(seq), 0) FROM events WHERE events.channel = heads.channel) + excluded.seq`',
  ),
  one(
    'commit: a guard that matched nothing passes',
    ACT_ONCE,
    COMMIT,
    "iif(${onlyIf?.sql ?? '?7 IS NULL'}, changes(), 0)",
    "iif(${onlyIf?.sql ?? '?7 IS NULL'}, 1, 0)",
  ),
  one(
    'commit: the key is not stored',
    ACT_ONCE,
    COMMIT,
    '  if (key)\n    batch.write(',
    '  if (key && key.value === "")\n    batch.write(',
  ),
  one('commit: a lost answer is not looked up', NOTHING_LOST, COMMIT, 'if (earlier) return earlier;\n', ''),
  one(
    'commit: a refusal is not looked at again',
    NOTHING_LOST,
    SCOPE,
    'if (answer) return answer;\n      await retries.next(facts);',
    "if (answer) return answer;\n      throw new Refusal('changed_meanwhile');",
  ),
  one(
    'commit: a key is not looked up after a refusal',
    ACT_ONCE,
    SCOPE,
    'const earlier = looks ? await this.earlier() : undefined;',
    'const earlier = undefined;\n      void looks;',
  ),
  one('delivery: tried once', LIVE_IS_EXACT, DELIVERY, 'const TRIES = 6;', 'const TRIES = 1;'),
  one(
    'outbox: each tap gets a new key at each try',
    ACT_ONCE,
    SEND,
    "'Idempotency-Key': key",
    "'Idempotency-Key': key + String(now())",
  ),
  one(
    'outbox: every tab sends',
    ACT_ONCE,
    OUTBOX,
    'await this.it.alone(() => this.#sendAll());',
    'await this.#sendAll();',
  ),
  one(
    'outbox: a tap is forgotten when no answer comes',
    NOTHING_LOST,
    OUTBOX,
    'this.#sending = undefined;\n        return reply;',
    "this.#sending = undefined;\n        if (reply.kind === 'later') await this.#remove(act.key);\n        return reply;",
  ),
  one(
    'outbox: goes on after a try without an answer',
    NOTHING_LOST,
    OUTBOX,
    '() =>\n      this.#soon(),\n    );',
    '() => undefined);',
  ),
  one(
    'attendance: a record may begin before the last one ends',
    'no records of a person overlap',
    CHECK_IN,
    'Math.max(now, last);',
    'now;',
  ),
  one(
    'sales: a move does not guard its version',
    'goods and money are neither made nor lost',
    MOVE,
    " AND sales.version = value ->> 'seen'",
    '',
  ),
];
