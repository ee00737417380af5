/** Before all browser tests: checks that the build is current, and seeds the demo. */
import { build } from '../../scripts/build.ts';
import { seedOnce } from './seeded.ts';

export default async function prepare(): Promise<() => Promise<void>> {
  await build();
  return seedOnce();
}
