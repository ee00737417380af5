/**
 * A page that is open during a deploy hears a newer Worker, whose records may have more keys. Records are strict where they are
 * written and tolerant where they are read.
 */
import * as v from 'valibot';

type Part = v.GenericSchema & {
  pipe?: readonly [Part, ...v.PipeItem<unknown, unknown, v.BaseIssue<unknown>>[]];
  entries?: Record<string, Part>;
  options?: readonly Part[];
  wrapped?: Part;
  item?: Part;
  value?: Part;
};

const made = new WeakMap<object, object>();

/** The same schema without its refusal of unknown keys, at every depth: it drops them. */
export function tolerant<Schema extends v.GenericSchema>(schema: Schema): Schema;
export function tolerant(schema: v.GenericSchema): object {
  const found = made.get(schema) ?? loosened(schema);
  made.set(schema, found);
  return found;
}

function loosened(schema: Part): Part {
  if (schema.pipe) return v.pipe(loosened(schema.pipe[0]), ...schema.pipe.slice(1));
  const { type, entries, wrapped, item, value, options } = schema;
  if (entries) {
    const loose = Object.fromEntries(Object.entries(entries).map(([key, it]) => [key, loosened(it)]));
    return type === 'strict_object' ? v.object(loose) : { ...schema, entries: loose };
  }
  if (wrapped) return { ...schema, wrapped: loosened(wrapped) };
  if (type === 'array' && item) return { ...schema, item: loosened(item) };
  if (type === 'record' && value) return { ...schema, value: loosened(value) };
  if (type === 'variant' || type === 'union') return { ...schema, options: options?.map(loosened) ?? [] };
  return schema;
}
