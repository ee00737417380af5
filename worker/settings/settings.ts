/** The workplace's settings: complete versions, each from a date on. */
import {
  type AllSettings,
  parseSettings,
  type Settings,
  type SettingsVersion,
} from '../contract/settings/settings';
import type { Publication } from '../contract/events';
import { moneyRulesOf } from '../contract/money';
import { ask, type Fact, map, type Query, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { headsIn } from '../live/replay';
import { invalid, Refusal } from '../refusal';
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
    facts: (d1) =>
      together({
        old: versionFact(d1, validFrom),
        paid: row(d1, 'SELECT 1 FROM payments WHERE at >= 0 LIMIT 1'),
      }),
    decide({ old, paid }, me, now) {
      const today = todayOf(me, now);
      mustNotBePast(validFrom, today);
      const { settings } = version;
      const newCurrency = settings.currency !== me.settings.currency;
      if (newCurrency) mustChangeCurrency(validFrom === today, paid !== undefined);
      const values = [validFrom, appliesAt, JSON.stringify(settings), newCurrency ? 1 : 0];
      const unpaid = '(NOT ?4 OR NOT EXISTS (SELECT 1 FROM payments WHERE at >= 0))';
      return {
        write: old
          ? query(
              `UPDATE settings SET applies_at = ?2, value = ?3 WHERE valid_from = ?1 AND value = ?5 AND ${unpaid}`,
              [...values, old.value],
            )
          : query(
              `INSERT INTO settings (valid_from, applies_at, value) SELECT ?1, ?2, ?3 WHERE ${unpaid}`,
              values,
            ),
        before: old ? versionOf(scope, old) : null,
        after: version,
        publish: [...everyonesRosterUpdated, ...rulesEvents(settings, me.settings, appliesAt <= now)],
        also: [...planChanged.ask(now), ...(newCurrency ? [sameCurrencyLater(validFrom, settings)] : [])],
      };
    },
  });
  // Also on a repeated request: the first order may have been lost.
  if (appliesAt <= scope.now() && version.settings.boardVisibleTo === 'supervisors')
    await scope.restart('attendance');
  return answer;
}

/** One currency holds for all sales, from the first payment on. @throws Refusal `currency_fixed`, `invalid_input` */
function mustChangeCurrency(fromToday: boolean, paid: boolean): void {
  if (paid) throw new Refusal('currency_fixed');
  if (!fromToday) throw invalid('validFrom', 'must be today where the currency changes');
}

/** Versions that begin later keep the new currency. */
const sameCurrencyLater = (validFrom: string, { currency }: Settings): Query =>
  query(`UPDATE settings SET value = json_set(value, '$.currency', ?2) WHERE valid_from > ?1`, [
    validFrom,
    currency,
  ]);

/** Open tills learn new rules of money as soon as they hold. */
function rulesEvents(after: Settings, before: Settings, holds: boolean): Publication[] {
  const data = moneyRulesOf(after);
  if (!holds || JSON.stringify(data) === JSON.stringify(moneyRulesOf(before))) return [];
  return [{ channel: 'tills', type: 'rules.updated', data }];
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
