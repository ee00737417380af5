import type { Position } from '$contract/sessions/sessions';

/** Long enough for a phone that has to look for satellites. */
const PATIENCE_MS = 15_000;
/** A position of a moment ago is as good, unless it was just found to be too far away. */
const FRESH_MS = 30_000;
/** The API takes no greater doubt than this, metres. */
const MOST_DOUBT_M = 100_000;

/** Whether the browser gives the position without asking, or never: `prompt` where it does not say. */
export async function permission(): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state;
  } catch {
    return 'prompt';
  }
}

/**
 * Where this device is, or why it does not say.
 * @param anew whether the device must look again, since it may have moved
 */
export function locate(anew: boolean): Promise<Position | 'denied' | 'not_found'> {
  if (!('geolocation' in navigator)) return Promise.resolve('denied');
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude: lat, longitude: lng, accuracy } }) =>
        done({ lat, lng, accuracy: Math.min(accuracy, MOST_DOUBT_M) }),
      ({ code }) => done(code === GeolocationPositionError.PERMISSION_DENIED ? 'denied' : 'not_found'),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: anew ? 0 : FRESH_MS },
    );
  });
}
