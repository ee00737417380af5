/** Keeps the screen from going dark while a code is on it, as far as the browser allows. @returns how to stop */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let stopped = false;
  const take = async () => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    const taken = await navigator.wakeLock.request('screen').catch(() => undefined);
    if (stopped) await taken?.release();
    else lock = taken;
  };
  // The browser lets go of it whenever the page is hidden.
  const seen = () => void take();
  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', seen);
    void lock?.release();
  };
}
