/** Seeded schedules in the Workers runtime. `npm run sim` runs the same ones in Node, and many more. */
import { describe, expect, it, vi } from 'vitest';
import { SCENARIOS } from './schedule';
import { schedule } from './seeded/run';
import { inRuntime } from './storage';

const SCHEDULES = 300;
/** The machine may also do other work. */
const LIMIT_MS = 300_000;

describe.each(SCENARIOS)('%s', (scenario) => {
  it(`keeps its promises in ${SCHEDULES / SCENARIOS.length} schedules`, { timeout: LIMIT_MS }, () =>
    inRuntime(async ({ sql, settle, make }) => {
      // What is logged is about faults that the schedules cause.
      for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockReturnValue();
      const broken = [];
      for (let seed = 1; seed <= SCHEDULES / SCENARIOS.length; seed += 1) {
        const outcome = await schedule(seed, scenario, { sql, settle }, make);
        if (outcome.broken) broken.push({ seed, promise: outcome.broken });
      }
      expect(broken).toEqual([]);
    }),
  );
});
