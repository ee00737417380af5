/** What a page does about each event of a channel, by the event's type and with its data's type. */
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

/** An event without its data. */
export interface Told extends Omit<Envelope, 'data'> {
  /** It happened while nobody looked: no sound, no toast, no glow. */
  replayed: boolean;
}

/** Events without a handler are left alone. */
export type Handlers<Kind extends keyof Schemas> = {
  readonly [Type in keyof Schemas[Kind]]?: Schemas[Kind][Type] extends v.GenericSchema<unknown, infer Data>
    ? (data: Data, told: Told) => void
    : never;
};

type Handler = (data: unknown, told: Told) => void;

export function handle(
  channel: ChannelName,
  handlers: object,
  { data, ...told }: Envelope,
  { replayed }: { replayed: boolean },
): void {
  const kind = parseChannel(channel)?.kind;
  const schema = kind && (events[kind] as Record<string, v.GenericSchema | undefined>)[told.type];
  const handler = (handlers as Record<string, Handler | undefined>)[told.type];
  if (schema && handler) handler(v.parse(schema, data), { ...told, replayed });
}
