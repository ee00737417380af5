/** Ways to break commits, the log, delivery, the channels’ objects and check-ins. */
import { ACT_ONCE, APPLIED_ONCE, HEALED, LIVE_IS_EXACT, NOTHING_LOST, type Mutant, one } from './mutant.ts';

const CHANNEL = 'worker/live/channel.ts';
const COMMIT = 'worker/live/commit.ts';
const SCOPE = 'worker/scope.ts';
const REPLAY = 'worker/live/replay.ts';
const DELIVERY = 'worker/live/delivery.ts';
const CHECK_IN = 'worker/attendance/check-in.ts';

export const ofWorker: readonly Mutant[] = [
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
    'if (missed.length > 0) socket.send(framed(epoch, missed));',
    '',
  ),
  one(
    'object: no order among deliveries',
    APPLIED_ONCE,
    CHANNEL,
    'const ordered = this.#ordering.then(() => this.#take(epoch, head, events));',
    'const ordered = this.#take(epoch, head, events);',
  ),
  one(
    'object: a joiner fills no gap',
    LIVE_IS_EXACT,
    CHANNEL,
    'if (!isOld) this.ctx.waitUntil(this.deliver(read.epoch, read.head, []).catch(this.#logUnread));',
    '',
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
    'attendance: a record may begin before the last one ends',
    'no records of a person overlap',
    CHECK_IN,
    'Math.max(now, last);',
    'now;',
  ),
];
