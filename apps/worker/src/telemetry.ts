import { PatchbayError } from '@patchbay/contracts';
import { DefaultLogger, Runtime, type RuntimeOptions } from '@temporalio/worker';

/** Bucket bounds in seconds of a computation: a step of a tiny model to a unit of an hour. */
const COMPUTE_BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

/**
 * Starts Temporal's core, with a Prometheus exporter where a port is given: its own metrics (slots, polls, how long
 * activities waited) and those of @see WorkerMetrics.
 * @throws PatchbayError `conflict` when the port cannot be listened on
 */
export function startTelemetry(host: string, port: number | undefined): Runtime['metricMeter'] {
  const options: RuntimeOptions = { logger: new DefaultLogger('WARN') };
  if (port !== undefined) options.telemetryOptions = { metrics: prometheus(`${host}:${port}`) };
  try {
    return Runtime.install(options).metricMeter;
  } catch (cause) {
    const message = `Metrics cannot be served on port ${port} of ${host}.`;
    throw new PatchbayError('conflict', message, 'Give another with --metrics-port.', { cause });
  }
}

const prometheus = (bindAddress: string): NonNullable<RuntimeOptions['telemetryOptions']>['metrics'] => ({
  prometheus: {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: { patchbay_compute: COMPUTE_BOUNDS },
  },
});
