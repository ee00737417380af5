/** Runs schedules by their seeds. */
import type { Bindings } from '../../../worker/bindings';
import { Channel } from '../../../worker/live/channel';
import { access } from '../../../worker/live/access';
import { activeSessions } from '../../../worker/people/sign-in/sessions';
import type { Schedule } from '../schedule';
import { attendance } from './attendance';
import { sales } from './sales/sales';
import { Broken, World } from './World';

// As slices.ts registers them, which brings every route.
access.sessions.register(activeSessions);

const scenarios = { attendance, sales };

type Make = (ctx: DurableObjectState, env: Bindings) => Channel;

export const schedule: Schedule<Make> = async (
  seed,
  scenario,
  { sql, settle },
  make = (ctx, env) => new Channel(ctx, env),
) => {
  const world = new World(seed, { sql, settle, make });
  const leave = world.enter();
  let broken: string | undefined;
  const undo = sql.begin();
  try {
    await scenarios[scenario](world);
    if (world.failure) throw world.failure;
  } catch (error) {
    broken = error instanceof Broken ? error.message : String((error as Error).stack ?? error);
  } finally {
    leave();
    undo();
  }
  return { seed, broken, trace: world.trace, tasks: world.scheduler.ran };
};
