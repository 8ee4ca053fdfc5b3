import { invalidInput } from '@patchbay/contracts';
import { metricById, metrics } from '@patchbay/tasks';
import type { Architecture } from '@patchbay/transformer';

type Params = Record<string, unknown>;

/**
 * Parameters whose metric fits what the model answers with: a program's raw outputs have a default of their own (l2),
 * and metrics of next-token logits mean nothing of them.
 * @param requested as the user gave them
 * @param parsed with defaults
 * @throws PatchbayError `invalid-input` where a metric was asked for that the model's outputs do not have
 */
export function withMetricOf({ outputs }: Architecture, requested: Params, parsed: Params): Params {
  if (!outputs || typeof parsed.metric !== 'string' || metricById(parsed.metric).rawOutputs) return parsed;
  const fitting = metrics.filter((metric) => metric.rawOutputs).map(({ id }) => id);
  if (requested.metric === undefined) return { ...parsed, metric: fitting[0] };
  throw invalidInput(
    `The metric ${parsed.metric} is of next-token logits, and this model answers with a program's raw outputs.`,
    `Use the metric ${fitting.join(' or ')}.`,
  );
}
