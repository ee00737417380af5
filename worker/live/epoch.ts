/** The log's epoch: a restored database gets a new one, so that no screen mixes the numbers of two lives. */
import type { ChannelName } from '../contract/channels';
import type { Cursor, Envelope } from '../contract/wire';
import { rowsOf } from '../db/queries';
import type { Delivery } from './delivery';
import { headsIn } from './replay';
import { KEPT_CHANNELS } from './trim';

const DRAW = 'UPDATE log SET epoch = lower(hex(randomblob(8)))';

/** Draws a new epoch. @returns it, and a delivery of it for each channel that has events; pages of others ask each minute */
export async function drawEpoch(d1: D1Database): Promise<{ epoch: string; deliveries: Delivery[] }> {
  const [drawn, heads] = await d1.batch([
    d1.prepare(`${DRAW} RETURNING epoch`),
    d1.prepare(
      `${KEPT_CHANNELS} SELECT kept.channel, seq AS head FROM kept CROSS JOIN heads USING (channel)`,
    ),
  ]);
  const epoch = rowsOf<{ epoch: string }>(drawn)[0]?.epoch;
  if (!epoch) throw new Error('the log has no epoch: are the migrations applied?');
  const rows = rowsOf<{ channel: ChannelName; head: number }>(heads);
  return { epoch, deliveries: rows.map(({ channel, head }) => ({ channel, epoch, head, events: [] })) };
}

/** Heads below the object's are usually deliveries out of order: so often one is confirmed. */
const CONFIRM_EVERY_MS = 5_000;

/** Finds out for an object that the database below it is an older one. */
export class RestoreCheck {
  #checkedAt = -Infinity;

  /**
   * After a delivery whose head is below the object's. One call confirms it and draws a new epoch.
   * @param sent what the object has sent or will send, and the last of these events
   * @returns the position after a restore
   */
  async restored(
    d1: D1Database,
    channel: string,
    sent: Cursor & { tail: readonly Identity[] },
    delivered: readonly Envelope[],
  ): Promise<Cursor | undefined> {
    const due = Math.abs(Date.now() - this.#checkedAt) >= CONFIRM_EVERY_MS; // or the clock was set back
    const known = delivered.length > 0 && delivered.every((it) => isSame(it, sent.tail));
    if (known || (!due && !delivered.some((it) => contradicts(it, sent.tail)))) return undefined;
    const { statements, read } = headsIn(d1, channel);
    const [, ...results] = await d1.batch([
      d1
        .prepare(`${DRAW} WHERE epoch = ?1 AND coalesce((SELECT seq FROM heads WHERE channel = ?2), 0) < ?3`)
        .bind(sent.epoch, channel, sent.head),
      ...statements,
    ]);
    this.#checkedAt = Date.now();
    const { epoch, heads } = read(results);
    return epoch === sent.epoch ? undefined : { epoch, head: heads[channel] ?? 0 };
  }
}

/** What tells an event from another with its number. */
type Identity = Pick<Envelope, 'seq' | 'entry' | 'at'>;

const isSame = (it: Envelope, tail: readonly Identity[]): boolean =>
  tail.some(({ seq, entry, at }) => seq === it.seq && entry === it.entry && at === it.at);

/** Another event had its number. */
const contradicts = (it: Envelope, tail: readonly Identity[]): boolean =>
  tail.some(({ seq }) => seq === it.seq) && !isSame(it, tail);
