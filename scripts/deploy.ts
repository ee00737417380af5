/** `npm run deploy [-- --dry-run]`: puts Muster on Cloudflare, or says what that would do. `--config` names another wrangler.toml. */
import { parseArgs } from 'node:util';
import { deploy } from './deploy/deploy.ts';
import { config } from './place.ts';
import { failed } from './run.ts';

const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    config: { type: 'string', default: config },
  },
});

await deploy({
  config: values.config,
  dryRun: values['dry-run'],
  say: (line) => {
    console.log(line);
  },
}).catch(failed);
