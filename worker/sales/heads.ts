import type { ChannelName } from '../contract/channels';
import type { Heads } from '../contract/wire';
import type { Fact } from '../db/facts';
import { headsAt, readHeads } from '../live/replay';

/** The cursor of these channels, of the same moment as the facts beside it. */
export const headsFact = (d1: D1Database, ...channels: ChannelName[]): Fact<Heads> => ({
  statements: [headsAt(d1, ...channels)],
  read: ([heads]) => readHeads(heads),
});
