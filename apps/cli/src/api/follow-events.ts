import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, PatchbayError, type RunEvent, runEventSchema } from '@patchbay/contracts';

/** A stream that breaks is opened again where it stopped; so many failures in a row mean that the API is gone. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/**
 * Follows a run's server-sent events across broken connections until the run has ended.
 * @param open asks for the stream with the headers given; rejects when there is none to be had
 */
export async function* followEvents(
  open: (headers: Record<string, string>) => Promise<Response>,
): AsyncGenerator<RunEvent> {
  let last: string | undefined;
  for (let failures = 0; ;) {
    try {
      const response = await open(last === undefined ? {} : { 'last-event-id': last });
      if (response.status === 204 || !response.body) return;
      for await (const event of readEvents(response.body)) {
        failures = 0;
        last = event.id;
        yield event;
        if (event.event.type === 'status' && isFinal(event.event.status)) return;
      }
    } catch (error) {
      const isHopeless = error instanceof PatchbayError && !error.retryable;
      if (isHopeless || ++failures === ATTEMPTS) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** The `data` of server-sent events; each of ours is one line. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<RunEvent> {
  let pending = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) yield runEventSchema.parse(JSON.parse(line.slice('data:'.length)));
    }
  }
}
