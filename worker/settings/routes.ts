import { Hono } from 'hono';
import * as v from 'valibot';
import { Done } from '../contract/receipts';
import { AllSettings, Closing, SetClosing, SettingsVersion } from '../contract/settings/settings';
import { LocalDate } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { closingNow, setClosing } from './closing';
import { allSettings, dropSettings, setSettings } from './settings';

const rules = new Hono<Http>()
  .get(
    '/settings',
    route({
      summary: 'The workplace’s settings',
      description: 'What holds now, and every version there is, with the cursor of `admin.dashboard`.',
      tag: 'Settings',
      may: 'settings.manage',
      answers: { 200: AllSettings },
    }),
    async (c) => c.json((await allSettings(c.var.scope)) satisfies AllSettings),
  )
  .put(
    '/settings',
    route({
      summary: 'Set what holds from a date on',
      description:
        'The whole of the settings, from today or a later date on. The same date again replaces that version. ' +
        'People who may no longer see who is at work get no more events at once, or within five minutes after a later date begins.',
      tag: 'Settings',
      may: 'settings.manage',
      answers: { 200: Done },
      problems: [...written, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', SettingsVersion),
    async (c) => {
      const { receipt } = await setSettings(c.var.scope, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .delete(
    '/settings/:validFrom',
    route({
      summary: 'Take back settings that have not begun',
      tag: 'Settings',
      may: 'settings.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'already_begun', 'changed_meanwhile'],
    }),
    keyed,
    input('param', v.strictObject({ validFrom: LocalDate })),
    async (c) => {
      const { receipt } = await dropSettings(c.var.scope, c.req.valid('param').validFrom);
      return c.json({ receipt } satisfies Done);
    },
  );

const closing = new Hono<Http>()
  .get(
    '/closing',
    route({
      summary: 'Up to which date hours are closed',
      tag: 'Settings',
      may: 'reports.read',
      answers: { 200: Closing },
    }),
    async (c) => c.json((await closingNow(c.var.scope)) satisfies Closing),
  )
  .put(
    '/closing',
    route({
      summary: 'Close hours up to a date',
      description:
        'Payroll is done: no write changes a day up to it. An earlier date, or none, reopens and needs a reason.',
      tag: 'Settings',
      may: 'hours.close',
      answers: { 200: Done },
      problems: [...written, 'still_undecided', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', SetClosing),
    async (c) => {
      const { receipt } = await setClosing(c.var.scope, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  );

export const settingsRoutes = new Hono<Http>().route('/', rules).route('/', closing);
