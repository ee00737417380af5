/** A page's handlers of a channel's events, by type and with the type of their data. */
import type { ChannelName } from '$contract/channels';
import type { events } from '$contract/events';
import { tolerant } from '$contract/tolerant';
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

/** The schema of the event's data and what takes it; or a function, if the data does not matter. */
type Handler<Schema extends v.GenericSchema> =
  | readonly [schema: Schema, take: (data: v.InferOutput<Schema>, event: EventMeta) => void]
  | ((event: EventMeta) => void);

/**
 * Events without a handler are ignored. Each handler brings its schema, so that a page loads those of the events it handles, and
 * not the whole contract.
 */
export type Handlers<Kind extends keyof Schemas> = {
  readonly [Type in keyof Schemas[Kind]]?: Schemas[Kind][Type] extends v.GenericSchema
    ? Handler<Schemas[Kind][Type]>
    : never;
};

export function handle(
  handlers: object,
  { data, ...event }: Envelope,
  { replayed }: { replayed: boolean },
): void {
  const handler = (handlers as Record<string, Handler<v.GenericSchema> | undefined>)[event.type];
  const meta = { ...event, replayed };
  if (typeof handler === 'function') handler(meta);
  else if (handler) handler[1](v.parse(tolerant(handler[0]), data), meta);
}
