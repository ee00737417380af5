import type { Position } from '$contract/sessions/sessions';

/** Long enough for a cold GPS fix. */
const PATIENCE_MS = 15_000;
/** A recent position is good enough, unless it was just judged too far away. */
const FRESH_MS = 30_000;
/** The API's limit for the accuracy, metres. */
const MOST_DOUBT_M = 100_000;

/** Whether the browser grants the position; `prompt` where it cannot tell. */
export async function permission(): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state;
  } catch {
    return 'prompt';
  }
}

/**
 * This device's position, or why it is unavailable.
 * @param fresh whether to ignore a recent position
 */
export function locate(fresh: boolean): Promise<Position | 'denied' | 'not_found'> {
  if (!('geolocation' in navigator)) return Promise.resolve('denied');
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude: lat, longitude: lng, accuracy } }) =>
        done({ lat, lng, accuracy: Math.min(accuracy, MOST_DOUBT_M) }),
      ({ code }) => done(code === GeolocationPositionError.PERMISSION_DENIED ? 'denied' : 'not_found'),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: fresh ? 0 : FRESH_MS },
    );
  });
}
