import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './exposition.js';

const delay = monitorEventLoopDelay({ resolution: 20 });
delay.enable();

/** What this process takes, under the names that Prometheus' own clients use. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const lag = delay.percentile(99) / 1e9;
  delay.reset();
  const one = (name: string, type: Family['type'], help: string, value: number): Family => ({
    ...{ name, type, help },
    samples: Number.isFinite(value) ? [{ value }] : [],
  });
  return [
    one('process_cpu_seconds_total', 'counter', 'Processor time, user and system.', (user + system) / 1e6),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    one('process_start_time_seconds', 'gauge', 'Start, in Unix time.', Date.now() / 1000 - process.uptime()),
    one('nodejs_heap_size_used_bytes', 'gauge', 'JavaScript heap in use.', heapUsed),
    one('nodejs_eventloop_lag_p99_seconds', 'gauge', 'Event loop delay, 99th percentile since the last scrape.', lag),
  ];
}
