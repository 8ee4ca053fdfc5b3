import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Family, Sample } from './exposition.js';

/** Upper bounds in seconds, around what people wait for: a list of runs takes some 10 ms. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long the requests of one route, method and status took. */
interface Times {
  labels: Record<string, string>;
  /** requests with at most so many seconds, bound by bound; not yet added up */
  within: number[];
  seconds: number;
  count: number;
}

/** What Express notes of the route that answered. */
type Routed = IncomingMessage & { route?: { path?: unknown } };

/** Measures every answer but event streams, which last as long as somebody looks. */
export class RequestTimes {
  readonly #times = new Map<string, Times>();

  readonly middleware = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const from = performance.now();
    response.once('close', () => {
      const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream');
      if (!isStream) this.#record(request, response.statusCode, (performance.now() - from) / 1000);
    });
    next();
  };

  family(): Family {
    return {
      name: 'patchbay_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, event streams left out.',
      type: 'histogram',
      samples: [...this.#times.values()].flatMap(samplesOf),
    };
  }

  #record(request: Routed, status: number, seconds: number): void {
    // Never the path itself: there are as many as runs, and as many more as somebody likes to ask for.
    const route = typeof request.route?.path === 'string' ? request.route.path : 'other';
    const labels = { method: request.method ?? '', route, status: String(status) };
    const key = JSON.stringify(labels);
    const times = this.#times.get(key) ?? { labels, within: BOUNDS.map(() => 0), seconds: 0, count: 0 };
    const bound = BOUNDS.findIndex((most) => seconds <= most);
    if (bound >= 0) times.within[bound] = (times.within[bound] ?? 0) + 1;
    times.seconds += seconds;
    times.count += 1;
    this.#times.set(key, times);
  }
}

function samplesOf({ labels, within, seconds, count }: Times): Sample[] {
  let sum = 0;
  const buckets = BOUNDS.map((bound, index) => {
    sum += within[index] ?? 0;
    return { labels: { ...labels, le: String(bound) }, value: sum, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' },
    { labels, value: seconds, suffix: '_sum' },
    { labels, value: count, suffix: '_count' },
  ];
}
