/** A part of the platform that has not answered by then counts as down: whoever asks for health wants an answer. */
const PATIENCE_MS = 2_000;

/** What a part answers, or `otherwise` where it fails or takes too long. */
export async function soon<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, otherwise);
  });
  return Promise.race([asked.catch(() => otherwise), patience]).finally(() => {
    clearTimeout(timer);
  });
}

/** Whether a part answers. */
export const stateOf = (ping: Promise<unknown>): Promise<'up' | 'down'> =>
  soon(
    ping.then(() => 'up' as const),
    'down',
  );
