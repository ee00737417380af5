/** What an admin sees of the running system. It holds nothing about people. */
import * as v from 'valibot';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A shared channel. `heard` is null if its object did not answer in time. Instants are UTC epoch milliseconds. */
const ChannelState = v.object({
  channel: v.string(),
  /** The number of the last event in D1. */
  head: Whole,
  heard: v.nullable(
    v.object({
      /** Null if the object has had no listener since it was made. */
      head: v.nullable(Whole),
      listeners: Whole,
      /** Gaps filled from the log since the object woke. */
      gapsFilled: Whole,
      wokeAt: Whole,
    }),
  ),
});

const JobRun = v.object({
  job: v.string(),
  /** When its last run began. */
  at: Whole,
  ms: Whole,
  /** All failed runs, ever. */
  failures: Whole,
  failedAt: v.nullable(Whole),
});

export const SystemState = v.object({
  now: Whole,
  zone: v.string(),
  channels: v.array(ChannelState),
  jobs: v.array(JobRun),
  /** Bytes; `perDay` is null until a day has passed since the first measurement. */
  size: v.object({ bytes: Whole, perDay: v.nullable(v.number()) }),
  /** Rows ever added to a table. */
  rows: v.array(v.object({ table: v.string(), rows: Whole })),
});
export type SystemState = v.InferOutput<typeof SystemState>;
