const LONGEST_MS = 30_000;

/** Loads a page again once its address answers. All pages failed together, so the tries are spread. @returns how to stop */
export function comeBack(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const later = (within: number) => {
    timer = setTimeout(() => void check(within), within * (0.5 + Math.random() / 2));
  };
  const check = async (within: number) => {
    const answer = await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
    // Not `reload`, which would send a form again.
    if (answer && answer.status < 500) location.replace(location.href);
    else later(Math.min(2 * within, LONGEST_MS));
  };
  later(2_000);
  return () => clearTimeout(timer);
}
