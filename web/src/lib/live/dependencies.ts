import type { PACE } from './connection';
import type { HeadsCheck } from './HeadsCheck';
import type { Dependencies } from './network';

/** What a channel needs. */
export interface ChannelDependencies extends Dependencies {
  /** One for all channels of a page; a lone channel has its own. */
  heads?: HeadsCheck;
  /** The server's time, epoch milliseconds. */
  now?(): number;
  pace?: typeof PACE;
}
