/** A page's handlers of a channel's events, by type and with the type of their data. */
import { type ChannelName, parseChannel } from '$contract/channels';
import { events } from '$contract/events';
import type { Envelope } from '$contract/wire';
import * as v from 'valibot';

type Schemas = typeof events;
export type KindOf<Name extends ChannelName> =
  Name extends `${infer Kind extends 'user' | 'session'}.${string}`
    ? Kind
    : Name extends keyof Schemas
      ? Name
      : never;

/** An event's metadata: all but its data. */
export interface EventMeta extends Omit<Envelope, 'data'> {
  /** It happened during an absence: no sound, no toast, no glow. */
  replayed: boolean;
}

/** Events without a handler are ignored. */
export type Handlers<Kind extends keyof Schemas> = {
  readonly [Type in keyof Schemas[Kind]]?: Schemas[Kind][Type] extends v.GenericSchema<unknown, infer Data>
    ? (data: Data, event: EventMeta) => void
    : never;
};

type Handler = (data: unknown, event: EventMeta) => void;

export function handle(
  channel: ChannelName,
  handlers: object,
  { data, ...event }: Envelope,
  { replayed }: { replayed: boolean },
): void {
  const kind = parseChannel(channel)?.kind;
  const schema = kind && (events[kind] as Record<string, v.GenericSchema | undefined>)[event.type];
  const handler = (handlers as Record<string, Handler | undefined>)[event.type];
  if (schema && handler) handler(v.parse(schema, data), { ...event, replayed });
}
