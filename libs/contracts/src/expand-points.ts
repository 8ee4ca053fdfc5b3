import { canonicalJson } from './canonical-json.js';
import { invalidInput } from './errors.js';
import { type RunRequest, runRequestSchema } from './run.js';
import { MAX_SWEEP_POINTS, type PartialRequest, type Range, type SweepPoints } from './sweep.js';

type Axes<T> = Readonly<Record<string, T>>;
/** One value for each axis that varies. */
type Choice = [axis: string, value: unknown][];

/**
 * The run requests that a sweep's points stand for, in order.
 * @param randomOf numbers uniform in [0, 1) that depend on the seed alone; asked for by a sample
 * @throws PatchbayError `invalid-input` for more than {@link MAX_SWEEP_POINTS} points, or naming the first that is none
 */
export function expandPoints(points: SweepPoints, randomOf: (seed: number) => () => number): RunRequest[] {
  const { base } = points;
  return partialRequests(points, randomOf).map((partial, index) => {
    const merged = { ...base, ...partial, params: { ...base.params, ...partial.params } };
    const parsed = runRequestSchema.safeParse(merged);
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw invalidInput(
      `Point ${index} is no run: ${wrong}.`,
      'Correct the base, or the axis or entry that it comes from.',
    );
  });
}

/** Requests that ask for the same are one point: the first. */
export function distinctRequests(requests: readonly RunRequest[]): RunRequest[] {
  const seen = new Set<string>();
  return requests.filter((request) => seen.size < seen.add(requestKey(request)).size);
}

/** Equal for requests that differ in nothing but what they are called. */
const requestKey = (request: RunRequest): string => canonicalJson({ ...request, name: undefined, tags: undefined });

function partialRequests(
  { grid, list, sample }: SweepPoints,
  randomOf: (seed: number) => () => number,
): PartialRequest[] {
  if (list) return list;
  if (grid) return combinations(grid).map(asRequest);
  if (!sample) throw invalidInput('The sweep has no points.', 'Give one of grid, list and sample.');
  const random = randomOf(sample.seed);
  return Array.from({ length: sample.count }, () =>
    asRequest(Object.entries(sample.axes).map(([axis, from]): Choice[number] => [axis, draw(from, random())])),
  );
}

function combinations(grid: Axes<readonly unknown[]>): Choice[] {
  const count = Object.values(grid).reduce((product, values) => product * values.length, 1);
  if (count > MAX_SWEEP_POINTS) {
    throw invalidInput(
      `The grid has ${count} points, and a sweep at most ${MAX_SWEEP_POINTS}.`,
      'Take fewer values, draw a sample, or submit several sweeps.',
    );
  }
  return Object.entries(grid).reduce<Choice[]>(
    (choices, [axis, values]) => choices.flatMap((choice) => values.map((value): Choice => [...choice, [axis, value]])),
    [[]],
  );
}

/** @param uniform in [0, 1) */
function draw(from: readonly unknown[] | Range, uniform: number): unknown {
  if (!('scale' in from)) return from[Math.floor(uniform * from.length)];
  const { whole, scale } = from;
  // Each whole number has a stretch of length 1 around it, so that the ends come as often as the rest.
  const [low, high] = whole ? [from.from - 0.5, from.to + 0.5] : [from.from, from.to];
  const value = scale === 'log' ? low * (high / low) ** uniform : low + uniform * (high - low);
  return whole ? Math.round(value) : value;
}

function asRequest(choice: Choice): PartialRequest {
  const parameters = choice.filter(([axis]) => axis.startsWith('params.'));
  const fields = choice.filter(([axis]) => !axis.startsWith('params.'));
  const params = Object.fromEntries(parameters.map(([axis, value]) => [axis.slice('params.'.length), value]));
  return { ...Object.fromEntries(fields), params };
}
