/** An ordinary load for long: whether memory stays flat. */
import { Audience } from '../audience.ts';
import { Samples } from '../figures.ts';
import type { Muster } from '../subjects.ts';

const READERS = 200;
/** Changes a second. */
const RATE = 8;
const SAMPLES = 40;

export type Steady = {
  minutes: number;
  p99: number;
  /** The runtime's medians in the second and in the last quarter, MB: the first one warms up. */
  memory: { second: number; last: number };
};

export async function steady(muster: Muster, minutes: number): Promise<Steady> {
  const audience = new Audience(muster);
  await audience.grow(READERS);
  await audience.burst(20); // warm
  const memory: number[] = [];
  const timer = setInterval(() => memory.push(muster.server.memory), (minutes * 60_000) / SAMPLES);
  const { fromRequest } = await audience.paced(RATE, minutes * 60);
  clearInterval(timer);
  audience.leave();
  const quarter = Math.floor(memory.length / 4);
  return {
    minutes,
    p99: fromRequest.p99,
    memory: {
      second: medianOf(memory.slice(quarter, 2 * quarter)),
      last: medianOf(memory.slice(-quarter)),
    },
  };
}

function medianOf(values: readonly number[]): number {
  const samples = new Samples();
  for (const value of values) samples.add(value);
  return samples.quantile(0.5);
}
