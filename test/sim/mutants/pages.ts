/** Ways to break the live client and the outbox. */
import { ACT_ONCE, APPLIED_ONCE, HEALED, LIVE_IS_EXACT, NOTHING_LOST, type Mutant, one } from './mutant.ts';

const REDUCER = 'web/src/lib/live/reducer.ts';
const SUBSCRIBERS = 'web/src/lib/live/Subscribers.ts';
const LIVE = 'web/src/lib/live/LiveChannel.svelte.ts';
const VIEW = 'web/src/lib/live/LiveView.svelte.ts';
const CONNECTION = 'web/src/lib/live/connection.ts';
const HEADS = 'web/src/lib/live/HeadsCheck.ts';
const OUTBOX = 'web/src/lib/outbox/Outbox.svelte.ts';
const SEND = 'web/src/lib/outbox/send.ts';

export const ofPages: readonly Mutant[] = [
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
    'client: each frame puts off its ping',
    LIVE_IS_EXACT,
    CONNECTION,
    "if ('head' in heard)",
    'if (this.#socket)',
  ),
  one(
    'client: no heartbeat',
    LIVE_IS_EXACT,
    CONNECTION,
    "this.#timers.start('heartbeat', this.#beat.heartbeat, () => this.ping());",
    ';',
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
    'client: a pull that failed leaves no doubt',
    LIVE_IS_EXACT,
    LIVE,
    'this.#doubted = true; // a later frame',
    '// a later frame',
  ),
  one(
    'client: a socket of the epoch before stays',
    HEALED,
    LIVE,
    'if (this.#connection.isUp && this.#connection.epoch !== this.cursor.epoch) this.#connection.cut();',
    '',
  ),
  one(
    'client: a snapshot that failed to load is forgotten',
    HEALED,
    LIVE,
    'if (this.#subscribers.mustReload) return void this.#pull(true);',
    '',
  ),
  one(
    'client: a subscriber gets what its snapshot has',
    APPLIED_ONCE,
    SUBSCRIBERS,
    'if (cursor.epoch !== epoch || cursor.head !== head) continue;',
    '',
  ),
  one(
    'client: a snapshot that is behind waits for the others',
    APPLIED_ONCE,
    SUBSCRIBERS,
    'Math.min(...heads)',
    'Math.max(...heads)',
  ),
  one(
    'client: a lost socket is not opened again',
    HEALED,
    CONNECTION,
    "this.#timers.start('connect', wait, () => this.connect());",
    'void wait;',
  ),
  one(
    'client: a pull that failed is not tried again',
    HEALED,
    LIVE,
    "if (this.#connection.isUp) this.#timers.start('pull', wait, () => void this.#pull(replayed));",
    'void wait;',
  ),
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
    "this.#sending = undefined;\n        if (reply.kind === 'later') await this.remove(act.key);\n        return reply;",
  ),
  one(
    'outbox: a look that began before a tap forgets it',
    NOTHING_LOST,
    OUTBOX,
    'await this.#read(); // a look that began before may not have seen it',
    '',
  ),
  one(
    'outbox: no try follows one without an answer',
    NOTHING_LOST,
    OUTBOX,
    '() => this.#soon());',
    '() => undefined);',
  ),
];
