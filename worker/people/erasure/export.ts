/** Everything stored about a person, as JSON, for the person. */
import { ask, rows, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { entriesWithContents, personal, personalEntries } from './personal';

/**
 * One object: a list of rows by heading, then `journal`, which is read while it is sent.
 * @throws Refusal `not_found`
 */
export async function exportOf(scope: Scope, id: string): Promise<ReadableStream<Uint8Array>> {
  const { d1 } = scope;
  const held = personal.ask().flatMap(({ holds }) => Object.entries(holds));
  const of = (sql: string) => rows<Record<string, unknown>>(d1, sql, [id]);
  const { lists, ids } = await ask(
    d1,
    together({
      lists: together(Object.fromEntries(held.map(([name, sql]) => [name, of(sql)]))),
      ids: personalEntries(d1, id),
    }),
  );
  if (lists['person']?.length === 0) throw new Refusal('not_found');
  async function* text(): AsyncGenerator<string, undefined> {
    yield `${JSON.stringify({ exportedAt: new Date(scope.now()).toISOString(), ...lists }).slice(0, -1)},"journal":[`;
    let between = '';
    for (const part of entriesWithContents.ask(scope, ids))
      for await (const entry of part) {
        yield between + JSON.stringify(entry);
        between = ',';
      }
    yield ']}\n';
  }
  return streamed(text());
}

const streamed = (text: AsyncIterator<string, undefined>): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await text.next();
      if (part.done) controller.close();
      else controller.enqueue(new TextEncoder().encode(part.value));
    },
  });
