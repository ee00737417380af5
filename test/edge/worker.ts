/** The Worker of the tests: its objects, too, have the database as production limits it. */
import type { Bindings } from '../../worker/bindings';
import worker from '../../worker/dev';
import { Channel as Own } from '../../worker/live/channel';
import { Edge } from './edge';

export default worker;

export class Channel extends Own {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, new Edge(env).env);
  }
}
