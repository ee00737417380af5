/** One line of JSON for each failure, or for each second of a flood. It names no person and holds no body, query, path or bound value. */
import * as v from 'valibot';
import { type ChannelName, parseChannel } from './contract/channels';

interface Details {
  message: string;
  /** As declared, `GET /api/v1/people/:id`. */
  route?: string;
  status?: number;
  ms?: number;
  code?: string;
  job?: string;
  sale?: string;
  drawer?: string;
  /** By method of payment. */
  difference?: Record<string, number>;
  notices?: number;
  attempts?: number;
  calls?: number;
  /** Of a push service. */
  host?: string;
  /** What was thrown. */
  error?: unknown;
}

/** Whose failure it is: a request's, a run's of the jobs, or a channel's object's. */
type Failure = Details &
  (
    | {
        /** The id that the problem's `instance` shows; of a run of the jobs, one of its own. */
        request: string;
        channel?: ChannelName;
      }
    | { channel: ChannelName }
  );

/** Writes an error, or a warning for what a client did wrong and for what the next minute mends. */
export function logFailure(level: 'error' | 'warn', { error, ...failure }: Failure): void {
  // A person's own channel contains their id.
  const channel = failure.channel && withoutPerson(failure.channel);
  console[level](JSON.stringify({ ...failure, channel, ...thrown(error) }));
}

/** One line for all requests that were refused since the last one. */
export const logRefusals = (count: number): void =>
  console.error(JSON.stringify({ message: 'requests refused', status: 503, count }));

const withoutPerson = (channel: ChannelName): string =>
  parseChannel(channel)?.kind === 'user' ? 'user' : channel;

function thrown(error: unknown): { error?: string; stack?: string | undefined } {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: typeof error };
  // The text of a database's error contains the bound values (tokens, hashes); its cause's does not.
  const cause = error.cause instanceof Error ? error.cause : error;
  // The text before the frames is the message again.
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return { error: textOf(cause), stack: frames?.join('\n') };
}

/** A parser's message quotes the value that it refused. */
const textOf = (error: Error): string =>
  v.isValiError(error)
    ? `${error.name}: ${error.issues.map((issue) => v.getDotPath(issue) ?? '').join(', ')}`
    : String(error);
