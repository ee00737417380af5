/**
 * A page that is open during a deploy hears a newer Worker, whose records may have more keys. Records are strict where they are
 * written and tolerant where they are read.
 */
import * as v from 'valibot';

type Part = v.GenericSchema & {
  pipe?: readonly [Part, ...v.PipeItem<unknown, unknown, v.BaseIssue<unknown>>[]];
  entries?: Record<string, Part>;
  options?: readonly Part[] | undefined;
  wrapped?: Part;
  item?: Part;
  value?: Part;
};

/** The same schema without its refusal of unknown keys, at every depth: it drops them. For the kinds of schema that events use. */
export function tolerant<Schema extends v.GenericSchema>(schema: Schema): Schema;
export function tolerant(schema: Part): Part {
  const { pipe, entries, options } = schema;
  if (pipe) return v.pipe(tolerant(pipe[0]), ...pipe.slice(1));
  if (entries)
    return v.object(Object.fromEntries(Object.entries(entries).map(([key, it]) => [key, tolerant(it)])));
  for (const part of ['wrapped', 'item', 'value'] as const) {
    const it = schema[part];
    if (it) return { ...schema, [part]: tolerant(it) };
  }
  return schema.type === 'variant' ? { ...schema, options: options?.map((it) => tolerant(it)) } : schema;
}
