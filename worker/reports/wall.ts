/** Times and lengths as files show them. */
import { momentIn, wallAt } from '../contract/zones';

const DAY_MS = 86_400_000;
/** 1 January 1970 in the days that spreadsheets count (ECMA-376, 1900 date system). */
const EPOCH_DAY = 25_569;

/** "8:05" for 8 hours and 5 minutes, "-0:15" below zero. */
export const hours = (ms: number): string => {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const sign = ms < 0 && minutes > 0 ? '-' : '';
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};

/** A length as spreadsheets count: parts of a day. */
export const partOfDay = (ms: number): number => ms / DAY_MS;

/** A date as spreadsheets count. */
export const dateSerial = (date: string): number => Date.parse(`${date}T00:00Z`) / DAY_MS + EPOCH_DAY;

/** Wall time: "2026-11-21 08:58". */
export const momentText = (zone: string, at: number | null): string | null =>
  at === null ? null : momentIn(zone, at);

/** The same as spreadsheets count: days, and parts of a day. */
export const momentSerial = (zone: string, at: number | null): number | null =>
  at === null ? null : Date.parse(`${wallAt(zone, at).slice(0, -3)}Z`) / DAY_MS + EPOCH_DAY;
