/** An ordinary load for long: whether memory stays flat. The heap tells what Muster keeps, the process what its runtime keeps beside. */
import { Audience } from '../audience.ts';
import { Samples } from '../figures.ts';
import { Heap } from '../heap.ts';
import type { Muster } from '../subjects.ts';

const READERS = 200;
/** Changes a second. */
const RATE = 8;
const SAMPLES = 40;

export type Steady = {
  minutes: number;
  p99: number;
  /** Medians in the second and in the last quarter, MB: the first one warms up. */
  heap: Quarters;
  memory: Quarters;
};
type Quarters = { second: number; last: number };

export async function steady(muster: Muster, minutes: number, inspectorPort: number): Promise<Steady> {
  const audience = new Audience(muster);
  await audience.grow(READERS);
  await audience.burst(20); // warm
  const inspected = await Heap.open(inspectorPort);
  const [heap, memory]: [number[], number[]] = [[], []];
  const sample = async (): Promise<void> => {
    memory.push(muster.server.memory);
    heap.push(await inspected.used());
  };
  const sampled: Promise<void>[] = [];
  const timer = setInterval(() => sampled.push(sample()), (minutes * 60_000) / SAMPLES);
  const { fromRequest } = await audience.paced(RATE, minutes * 60);
  clearInterval(timer);
  await Promise.all(sampled);
  inspected.close();
  audience.leave();
  return { minutes, p99: fromRequest.p99, heap: quartersOf(heap), memory: quartersOf(memory) };
}

function quartersOf(samples: readonly number[]): Quarters {
  const quarter = Math.floor(samples.length / 4);
  return { second: medianOf(samples.slice(quarter, 2 * quarter)), last: medianOf(samples.slice(-quarter)) };
}

function medianOf(values: readonly number[]): number {
  const samples = new Samples();
  for (const value of values) samples.add(value);
  return samples.quantile(0.5);
}
