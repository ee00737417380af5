/** Compares a scan's position with the session's. Only the distance zone is stored, never the position. */
import type { Geofence, Position } from '../../contract/sessions/sessions';
import type { DistanceZone } from '../../contract/sessions/sheet/sheets';

const EARTH_M = 6_371_000;
/** Limits the accuracy radius that a phone reports: a phone that reports a kilometre could be anywhere. */
const MAX_ACCURACY_M = 150;
const NEAR_M = 1_000;

/** Metres between two points along the ground (haversine). */
export function metresBetween(a: Point, b: Point): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const [dLat, dLng] = [rad(b.lat - a.lat), rad(b.lng - a.lng)];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
type Point = Pick<Geofence, 'lat' | 'lng'>;

/** `inside`: within the radius. `edge`: within it after adding the device's accuracy. Both count. */
export function distanceZoneOf(fence: Geofence, position: Position): DistanceZone {
  const beyond = metresBetween(fence, position) - fence.radius;
  if (beyond <= 0) return 'inside';
  if (beyond <= Math.min(position.accuracy, MAX_ACCURACY_M)) return 'edge';
  return beyond <= NEAR_M ? 'near' : 'far';
}

export const counts = (distanceZone: DistanceZone): boolean =>
  distanceZone === 'inside' || distanceZone === 'edge';
