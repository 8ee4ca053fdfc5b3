export { checkJsonl } from './jsonl/parse-jsonl.js';
export { readPrompts } from './jsonl/read-prompts.js';
export { listTasks } from './list-tasks.js';
export type { Metric } from './metric.js';
export { metricById, metrics } from './metrics/index.js';
export { openTask, type OpenTaskOptions } from './open-task.js';
export type { Pair, Task } from './pair.js';
export { Random } from './random.js';
