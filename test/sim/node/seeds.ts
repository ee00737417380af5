/** A child process of `npm run sim`: runs every n-th seed of a bundle, and reports each as a message. */
import type { Outcome, Scenario, Schedule } from '../schedule.ts';
import { migrated } from './sqlite.ts';

export interface Task {
  bundle: string;
  scenarios: readonly Scenario[];
  from: number;
  to: number;
  every: number;
  /** Ends after the first broken promise. */
  first: boolean;
}

export type Report = Outcome & { scenario: Scenario };

/** Node calls back once no promise has anything left to do, as none waits for a real clock. */
const settle = (): Promise<void> => new Promise((resolve) => void process.nextTick(resolve));
/** Lets reports leave. */
const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function run({ bundle, scenarios, from, to, every, first }: Task): Promise<void> {
  const under = (await import(bundle)) as { schedule: Schedule };
  const sql = migrated();
  for (let seed = from; seed < to; seed += every)
    for (const scenario of scenarios) {
      const outcome = await under.schedule(seed, scenario, { sql, settle });
      process.send?.({ ...outcome, scenario, trace: outcome.broken ? outcome.trace : [] } satisfies Report);
      await breathe();
      if (outcome.broken && first) return;
    }
}

// What the code under test logs is about faults that the schedule caused.
console.error = console.warn = () => undefined;
process.once('message', (task: Task) => void run(task).then(() => process.exit(0)));
