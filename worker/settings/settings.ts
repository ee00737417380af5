/** The workplace's rules, whole versions of them, each from a date on. */
import { and, eq, gt } from 'drizzle-orm';
import {
  type AllSettings,
  parseSettings,
  type Settings,
  type SettingsVersion,
} from '../contract/settings/settings';
import { rowsOf } from '../db/client';
import { settings } from '../db/schema';
import type { Answer } from '../live/commit';
import { headsAt, readHeads } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { startOf } from '../contract/zones';
import { everyonesRosterUpdated, mustNotBePast, planChanged, todayOf } from './plan';

/** SQL: the settings in force at the instant ?1, as JSON; null while none were made. */
export const SETTINGS_AT =
  '(SELECT value FROM settings WHERE applies_at <= ?1 ORDER BY valid_from DESC LIMIT 1)';

/** The settings of this moment. */
export async function settingsNow(scope: Scope): Promise<Settings> {
  if (scope.asker) return scope.asker.settings;
  const value = await scope.d1
    .prepare(`SELECT ${SETTINGS_AT} AS value`)
    .bind(scope.now())
    .first<string>('value');
  return parseSettings(value, scope.env.WORKPLACE_ZONE);
}

export async function allSettings(scope: Scope): Promise<AllSettings> {
  const { d1, me } = scope;
  const now = scope.now();
  const [heads, rows] = await d1.batch([
    headsAt(d1, 'admin.dashboard'),
    d1.prepare('SELECT valid_from AS validFrom, value FROM settings ORDER BY valid_from'),
  ]);
  return {
    at: readHeads(heads),
    now,
    today: todayOf(scope),
    current: me.settings,
    versions: rowsOf<Row>(rows).map((row) => versionOf(scope, row)),
  };
}

/**
 * Lets these settings hold from the start of that date in the zone they name; a version of the same date is replaced, and
 * the journal keeps both. People who may no longer listen to `attendance` get no more events, at once if the change holds now;
 * if it begins later their sockets' leases end it, at most five minutes after it has begun (live/channel.ts).
 * @throws Refusal `invalid_input` for a date before today, `changed_meanwhile`
 */
export async function setSettings(scope: Scope, version: SettingsVersion): Promise<Answer> {
  mustNotBePast(scope, 'validFrom', version.validFrom);
  const { validFrom } = version;
  const appliesAt = startOf(version.settings.zone, validFrom);
  const value = JSON.stringify(version.settings);
  const at = scope.now();
  const old = await scope.db.query.settings.findFirst({ where: eq(settings.validFrom, validFrom) });
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: old
          ? scope.db.update(settings).set({ appliesAt, value }).where(unchanged(old))
          : scope.db.insert(settings).values({ validFrom, appliesAt, value }),
        action: 'settings.set',
        subject: `settings/${validFrom}`,
        before: old ? versionOf(scope, old) : null,
        after: version,
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (!answer) throw new Refusal('changed_meanwhile');
  // Also on a repeated request: the first one's order may have been lost.
  if (appliesAt <= at && version.settings.boardVisibleTo === 'supervisors') await scope.restart('attendance');
  return answer;
}

/**
 * Takes back a version that has not begun.
 * @throws Refusal `not_found`, `already_begun`, `changed_meanwhile`
 */
export async function dropSettings(scope: Scope, validFrom: string): Promise<Answer> {
  const at = scope.now();
  const old = await scope.db.query.settings.findFirst({ where: eq(settings.validFrom, validFrom) });
  // Tried even when nothing was found: the key of a repeated request knows the first answer.
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: scope.db
          .delete(settings)
          .where(and(unchanged(old ?? { validFrom, value: '' }), gt(settings.appliesAt, at))),
        action: 'settings.dropped',
        subject: `settings/${validFrom}`,
        before: old ? versionOf(scope, old) : null,
        after: null,
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (answer) return answer;
  if (!old) throw new Refusal('not_found');
  throw new Refusal(old.appliesAt <= at ? 'already_begun' : 'changed_meanwhile');
}

type Row = Pick<typeof settings.$inferSelect, 'validFrom' | 'value'>;

/** SQL: the version is still as it was read. */
const unchanged = ({ validFrom, value }: Row) =>
  and(eq(settings.validFrom, validFrom), eq(settings.value, value));

function versionOf(scope: Scope, { validFrom, value }: Row): SettingsVersion {
  return { validFrom, settings: parseSettings(value, scope.env.WORKPLACE_ZONE) };
}
