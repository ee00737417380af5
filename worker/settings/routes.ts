import * as v from 'valibot';
import { Done } from '../contract/receipts';
import { AllSettings, Closing, SetClosing, SettingsVersion } from '../contract/settings/settings';
import { LocalDate } from '../contract/values';
import { done, mount, read, write } from '../http/declare';
import { closingNow, setClosing } from './closing';
import { allSettings, dropSettings, setSettings } from './settings';

export const settingsRoutes = mount('Settings', [
  read({
    path: '/settings',
    summary: 'The workplace’s settings',
    description: 'The present settings and all versions, with the cursor of `admin.dashboard`.',
    may: 'settings.manage',
    answer: AllSettings,
    handle: allSettings,
  }),
  write({
    method: 'put',
    path: '/settings',
    summary: 'Set the settings from a date on',
    description:
      'All settings, from today or a later date on. The same date replaces that version. ' +
      'People who may no longer see who is at work get no more events: immediately, or within five minutes after a later date begins.',
    may: 'settings.manage',
    body: SettingsVersion,
    answer: Done,
    problems: ['changed_meanwhile', 'currency_fixed'],
    handle: (scope, { body }) => done(setSettings(scope, body)),
  }),
  write({
    method: 'delete',
    path: '/settings/:validFrom',
    summary: 'Cancel settings that have not begun',
    may: 'settings.manage',
    param: v.strictObject({ validFrom: LocalDate }),
    answer: Done,
    problems: ['not_found', 'already_begun', 'changed_meanwhile'],
    handle: (scope, { param: { validFrom } }) => done(dropSettings(scope, validFrom)),
  }),
  read({
    path: '/closing',
    summary: 'The date up to which hours are closed',
    may: 'reports.read',
    answer: Closing,
    handle: closingNow,
  }),
  write({
    method: 'put',
    path: '/closing',
    summary: 'Close hours up to a date',
    description:
      'Payroll is done: no write changes a day up to that date. An earlier date, or none, reopens and needs a reason.',
    may: 'hours.close',
    body: SetClosing,
    answer: Done,
    problems: ['still_undecided', 'changed_meanwhile'],
    handle: (scope, { body }) => done(setClosing(scope, body)),
  }),
]);
