/** What `LiveView` shows of itself. */
export interface View {
  readonly clock: { read(): number };
  readonly channel: { readonly asOf: number };
  readonly kept: {
    readonly first: unknown;
    readonly loaded: object & { readonly at: object };
    readonly since: readonly unknown[];
  };
  reload(): Promise<void>;
}

export interface Exact {
  /** By the server's clock. */
  asOf: number;
  data: Record<string, unknown>;
}

export function viewOf(value: unknown, views: Iterable<View>): View | undefined {
  for (const view of views) if (view.kept.first === value) return view;
  return undefined;
}

/**
 * A page's data at its last exact moment: each snapshot as its view has it, with the events since.
 * @returns undefined if no such moment is known
 */
export function exactOf(data: Readonly<Record<string, unknown>>, views: Iterable<View>): Exact | undefined {
  const moments: number[] = [];
  const exact: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    const view = viewOf(value, views);
    if (!view && isSnapshot(value)) return undefined;
    exact[name] = view ? stateOf(view) : value;
    if (view) moments.push(view.channel.asOf);
  }
  // A page without live data says when it was loaded; one that was kept has that as `asOf`, and must not become younger.
  const { now, asOf } = data;
  if (moments.length === 0 && typeof now === 'number' && asOf === undefined) moments.push(now);
  return moments.length === 0 ? undefined : { asOf: Math.min(...moments), data: exact };
}

const stateOf = ({ channel: { asOf }, kept: { loaded, since } }: View): object => ({
  ...loaded,
  now: asOf,
  at: { ...loaded.at, asOf },
  since: [...since],
});

/** Whether its `now` and its cursor are of one moment. */
export const isSnapshot = (value: unknown): value is { at: object; now: number } =>
  typeof value === 'object' && value !== null && 'at' in value && 'now' in value;
