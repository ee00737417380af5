/** A database whose every call can be counted, timed or refused. */

/** A statement as it is sent. */
export interface Sent {
  sql: string;
  params: readonly unknown[];
}

/** Makes one call, a batch being one. @param sent its statements @param call what reaches the database */
export type Around = (sent: readonly Sent[], call: () => Promise<unknown>) => Promise<unknown>;

export function watched(d1: D1Database, around: Around): D1Database {
  /** What the caller holds, to what the database knows. */
  const inner = new WeakMap<D1PreparedStatement, { it: D1PreparedStatement; sent: Sent }>();

  const statement = (it: D1PreparedStatement, sent: Sent): D1PreparedStatement => {
    const outer = intercepted(it, (name, call) =>
      name === 'bind'
        ? (...params: unknown[]) => statement(it.bind(...params), { sql: sent.sql, params })
        : (...args: unknown[]) => around([sent], () => call(args)),
    );
    inner.set(outer, { it, sent });
    return outer;
  };

  return intercepted(d1, (name, call) => {
    if (name === 'prepare') return (sql: string) => statement(d1.prepare(sql), { sql, params: [] });
    if (name !== 'batch') return (...args: unknown[]) => around([], () => call(args));
    return (statements: D1PreparedStatement[]) => {
      const known = statements.flatMap((it) => inner.get(it) ?? []);
      const sent = known.map((each) => each.sent);
      return around(sent, () => call([known.map(({ it }) => it)]));
    };
  });
}

/** The object with each of its methods replaced. */
function intercepted<T extends object>(
  it: T,
  replacement: (name: string | symbol, call: (args: unknown[]) => Promise<unknown>) => unknown,
): T {
  return new Proxy(it, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return replacement(name, (args) => {
        const answer: unknown = Reflect.apply(value, target, args);
        return Promise.resolve(answer);
      });
    },
  });
}
