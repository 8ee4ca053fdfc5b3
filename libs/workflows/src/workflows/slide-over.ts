import { CancellationScope } from '@temporalio/workflow';

/**
 * Works on `from`, `from + 1`, … below `to`, at most `width` at once. The first failure cancels what is in flight and
 * is thrown once all of it has ended. `pause` true hands out no more.
 * @returns the first index that was not handed out
 */
export async function slideOver(
  [from, to]: readonly [from: number, to: number],
  width: number,
  work: (index: number) => Promise<void>,
  pause: () => boolean,
): Promise<number> {
  let next = from;
  const failures: unknown[] = [];
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const lane = async (): Promise<void> => {
      while (next < to && failures.length === 0 && !pause()) {
        const index = next++;
        try {
          await work(index);
        } catch (error) {
          failures.push(error);
          scope.cancel();
        }
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
  });
  if (failures.length > 0) throw failures[0];
  return next;
}
