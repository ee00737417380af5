import { minuteIn } from '../../worker/contract/zones.ts';

/** Zones around the world: it is always early afternoon in one of them. */
const zones = [
  ...[
    'Pacific/Auckland',
    'Asia/Tokyo',
    'Asia/Singapore',
    'Asia/Dhaka',
    'Asia/Dubai',
    'Africa/Nairobi',
    'Europe/Lisbon',
  ],
  ...['Atlantic/Azores', 'America/Sao_Paulo', 'America/New_York', 'America/Denver', 'Pacific/Honolulu'],
];

/** The zone where it is nearest to 14:30: tests never run over midnight, and some people have left while most are at work. */
export function middayZone(now: number): string {
  const distance = (zone: string): number => Math.abs(minuteIn(zone, now) - (14 * 60 + 30));
  return zones.reduce((best, zone) => (distance(zone) < distance(best) ? zone : best));
}
