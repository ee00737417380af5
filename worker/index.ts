/** The Worker: the API under /api, the pages elsewhere, the live channels. Only this file imports the build of the pages. */
import pages from '../web/.svelte-kit/cloudflare/_worker.js';
import { entry } from './entry';

export { Channel } from './live/channel';

export default entry(pages);
