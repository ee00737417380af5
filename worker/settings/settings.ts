/** The workplace's settings: complete versions, each from a date on. */
import {
  type AllSettings,
  parseSettings,
  type Settings,
  type SettingsVersion,
} from '../contract/settings/settings';
import { ask, type Fact, map, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { startOf } from '../contract/zones';
import { everyonesRosterUpdated, mustNotBePast, planChanged, todayOf } from './plan';

/** SQL: the settings at an instant as JSON; null without any. @param at SQL of the instant */
export const settingsAt = (at: string): string =>
  `(SELECT value FROM settings WHERE applies_at <= ${at} ORDER BY valid_from DESC LIMIT 1)`;

/** SQL: the settings at the instant ?1. */
export const SETTINGS_AT = settingsAt('?1');

export const settingsFact = ({ d1, now, env }: Pick<Scope, 'd1' | 'now' | 'env'>): Fact<Settings> =>
  map(row<{ value: string | null }>(d1, `SELECT ${SETTINGS_AT} AS value`, [now()]), (found) =>
    parseSettings(found?.value, env.WORKPLACE_ZONE),
  );

export const settingsNow = async (scope: Scope): Promise<Settings> =>
  scope.asker?.settings ?? ask(scope.d1, settingsFact(scope));

export async function allSettings(scope: Scope): Promise<AllSettings> {
  const { d1, me } = scope;
  const now = scope.now();
  const { at, versions } = await ask(
    d1,
    together({
      at: headsIn(d1, 'admin.dashboard'),
      versions: rows<Row>(d1, `${VERSION} ORDER BY valid_from`),
    }),
  );
  return {
    at,
    now,
    today: todayOf(me, now),
    current: me.settings,
    versions: versions.map((it) => versionOf(scope, it)),
  };
}

/**
 * Sets a version from the start of its date in its own zone. It replaces a version of the same date; the journal keeps both.
 * People who may no longer follow `attendance` get no more events: immediately if the version holds now, else when their
 * sockets' leases end, at most five minutes after it begins (live/channel.ts).
 * @throws Refusal `invalid_input` for a date before today, `changed_meanwhile`
 */
export async function setSettings(scope: Scope, version: SettingsVersion): Promise<Answer> {
  const { validFrom } = version;
  const appliesAt = startOf(version.settings.zone, validFrom);
  const answer = await scope.commit({
    subject: subjectOf(validFrom),
    action: 'settings.set',
    facts: (d1) => versionFact(d1, validFrom),
    decide(old, me, now) {
      mustNotBePast(validFrom, todayOf(me, now));
      const values = [validFrom, appliesAt, JSON.stringify(version.settings)];
      return {
        write: old
          ? query('UPDATE settings SET applies_at = ?2, value = ?3 WHERE valid_from = ?1 AND value = ?4', [
              ...values,
              old.value,
            ])
          : query('INSERT INTO settings (valid_from, applies_at, value) VALUES (?1, ?2, ?3)', values),
        before: old ? versionOf(scope, old) : null,
        after: version,
        publish: everyonesRosterUpdated,
        also: planChanged.ask(now),
      };
    },
  });
  // Also on a repeated request: the first order may have been lost.
  if (appliesAt <= scope.now() && version.settings.boardVisibleTo === 'supervisors')
    await scope.restart('attendance');
  return answer;
}

/**
 * Cancels a version that has not begun.
 * @throws Refusal `not_found`, `already_begun`, `changed_meanwhile`
 */
export const dropSettings = (scope: Scope, validFrom: string): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(validFrom),
    action: 'settings.dropped',
    facts: (d1) => versionFact(d1, validFrom),
    decide(old, _me, now) {
      if (!old) throw new Refusal('not_found');
      if (old.appliesAt <= now) throw new Refusal('already_begun');
      return {
        write: query('DELETE FROM settings WHERE valid_from = ?1 AND value = ?2 AND applies_at > ?3', [
          validFrom,
          old.value,
          now,
        ]),
        before: versionOf(scope, old),
        after: null,
        publish: everyonesRosterUpdated,
        also: planChanged.ask(now),
      };
    },
  });

const subjectOf = (validFrom: string) => `settings/${validFrom}`;

const VERSION = 'SELECT valid_from AS validFrom, applies_at AS appliesAt, value FROM settings';

interface Row {
  validFrom: string;
  /** UTC epoch milliseconds. */
  appliesAt: number;
  value: string;
}

const versionFact = (d1: D1Database, validFrom: string): Fact<Row | undefined> =>
  row<Row>(d1, `${VERSION} WHERE valid_from = ?1`, [validFrom]);

const versionOf = ({ env }: Scope, { validFrom, value }: Row): SettingsVersion => ({
  validFrom,
  settings: parseSettings(value, env.WORKPLACE_ZONE),
});
