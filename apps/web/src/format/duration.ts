/** Seconds as people read them: `40 ms`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `1 d 03 h`. */
export function durationText(seconds: number): string {
  if (seconds > 0 && seconds < 0.0995) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** What is left, said no finer than it is known. */
export function etaText(etaSeconds: number | null): string {
  if (etaSeconds === null) return 'not known yet';
  if (etaSeconds < 1) return 'about to end';
  if (etaSeconds < 10) return `about ${Math.ceil(etaSeconds)} s`;
  if (etaSeconds < 60) return `about ${Math.ceil(etaSeconds / 5) * 5} s`;
  if (etaSeconds < 3600) return `about ${Math.ceil(etaSeconds / 60)} min`;
  return `about ${durationText(etaSeconds)}`;
}

/** Seconds between two times; until `now` where the second is still to come, null where the first is. */
export function secondsBetween(from: string | null, to: string | null, now: number): number | null {
  if (from === null) return null;
  return Math.max(0, ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000);
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');
