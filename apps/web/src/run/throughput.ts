import type { RunEvent } from '@patchbay/contracts';

/** Older progress says little of the present speed. */
const WINDOW_SECONDS = 60;

/**
 * Units of work a second over the last minute of the present stage; null before there are two points to measure
 * between.
 */
export function throughput(events: readonly RunEvent[]): number | null {
  const points = events.flatMap(({ at, event }) =>
    event.type === 'progress' ? [{ at: Date.parse(at) / 1000, ...event.progress }] : [],
  );
  const last = points.at(-1);
  if (!last) return null;
  const first = points.find(
    (point) => point.stage === last.stage && point.total === last.total && last.at - point.at <= WINDOW_SECONDS,
  );
  if (!first || last.at <= first.at || last.done <= first.done) return null;
  return (last.done - first.done) / (last.at - first.at);
}

/** As people read it: a second, a minute or an hour, whichever gives at least one. */
export function throughputText(unitsPerSecond: number | null): string {
  if (unitsPerSecond === null) return 'not known yet';
  if (unitsPerSecond >= 1) return `${short(unitsPerSecond)} units/s`;
  if (unitsPerSecond * 60 >= 1) return `${short(unitsPerSecond * 60)} units/min`;
  return `${short(unitsPerSecond * 3600)} units/h`;
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
