import { minuteIn } from '../../worker/contract/zones.ts';

/** Zones around the world: somewhere it is always early afternoon. */
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

/** The zone where it is nearest to 14:30: tests never meet midnight, and some have left while most are still at work. */
export function middayZone(now: number): string {
  const distance = (zone: string): number => Math.abs(minuteIn(zone, now) - (14 * 60 + 30));
  return zones.reduce((best, zone) => (distance(zone) < distance(best) ? zone : best));
}
