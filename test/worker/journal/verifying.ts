/** Verifies the whole journal in steps, as the page does. */
import type { Verification } from '../../../worker/contract/journal/journal';
import { ask, type Someone } from '../workplace';

export async function verify(as: Someone): Promise<Verification & { all: number; steps: number }> {
  let [query, all, steps] = ['', 0, 0];
  for (;;) {
    const step = await (await ask(`/journal/verify${query}`, { as })).json<Verification>();
    all += step.checked;
    steps += 1;
    if (!step.more) return { ...step, all, steps };
    query = `?after=${step.through}&hash=${step.hash}`;
  }
}
