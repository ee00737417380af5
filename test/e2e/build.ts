/** Before all browser tests: what they serve is what is written. */
import { build } from '../../scripts/build.ts';

export default build;
