import type { Answer, Command, Keyed, Outcome } from '$lib/Command.svelte';

interface Draft<New, Changes> {
  readonly id: string;
  created(): New | undefined;
  edited(): Changes | undefined;
}

interface Requests<New, Changes, Body> {
  create(json: New, how: Keyed): Promise<Answer<Body>>;
  edit(request: { param: { id: string }; json: Changes }, how: Keyed): Promise<Answer<Body>>;
}

/** Sends a new row, or the changes of one. @returns whether it is saved */
export async function saveDraft<New, Changes, Body>(
  command: Command,
  draft: Draft<New, Changes>,
  isNew: boolean,
  { create, edit }: Requests<New, Changes, Body>,
  outcome: Outcome<Body>,
): Promise<boolean> {
  if (isNew) {
    const json = draft.created();
    return json !== undefined && command.send(json, (how) => create(json, how), outcome);
  }
  const [param, json] = [{ id: draft.id }, draft.edited()];
  return json !== undefined && command.send([param, json], (how) => edit({ param, json }, how), outcome);
}
