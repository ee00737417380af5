import type { Outbox } from '$lib/outbox/Outbox.svelte';

/** How long a scan waits for the server before it is kept, milliseconds: the code on the screen turns every few seconds. */
const PATIENCE_MS = 4_000;

interface Ways {
  outbox: Pick<Outbox, 'tap'>;
  /** Resolves if the server answers. @throws if it does not */
  reach(signal: AbortSignal): Promise<unknown>;
  open(link: Link): Promise<void>;
}

interface Link {
  id: string;
  token: string;
}

/** Opens the session of a scanned code. Without network the scan is kept, and a host decides on it later. @returns whether it is kept */
export async function scanned(link: Link, { outbox, reach, open }: Ways): Promise<boolean> {
  const reached = await reach(AbortSignal.timeout(PATIENCE_MS)).then(
    () => true,
    () => false,
  );
  if (reached) await open(link);
  // It is stored first, and sent as soon as there is network.
  else void outbox.tap(`sessions/${link.id}/offline-scans`, { token: link.token });
  return !reached;
}
