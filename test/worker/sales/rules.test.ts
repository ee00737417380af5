import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { ask, newKey, someone } from '../workplace';

it('a currency that is changed before the first payment reaches open tills as an event', async () => {
  const admin = await someone({ roles: ['admin'] });
  const { today } = await (await ask('/settings', { as: admin })).json<{ today: string }>();
  const settings = { ...defaultSettings(env.WORKPLACE_ZONE), currency: 'JPY', smallestCoin: 1 };
  const changed = await ask('/settings', {
    ...{ method: 'PUT', as: admin, key: newKey(), json: { validFrom: today, settings } },
  });
  expect(changed.status, await changed.clone().text()).toBe(200);
  const event = await env.DB.prepare(
    `SELECT data FROM events WHERE channel = 'tills' AND type = 'rules.updated' ORDER BY seq DESC`,
  ).first<string>('data');
  expect(JSON.parse(event ?? '{}')).toMatchObject({ currency: 'JPY', smallestCoin: 1 });
});
