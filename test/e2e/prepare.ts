/** Before all browser tests: what they serve is what is written, and the demo that they begin with. */
import { build } from '../../scripts/build.ts';
import { seedOnce } from './seeded.ts';

export default async function prepare(): Promise<() => Promise<void>> {
  await build();
  return seedOnce();
}
