import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HubApiError, modelInfo } from '@huggingface/hub';
import { invalidInput, notFound, PatchbayError, unavailable } from '@patchbay/contracts';
import { writeAtomically } from '../formats/write-atomically.js';
import type { OpenModelOptions } from '../model-files.js';
import { exists } from './check-finite.js';
import { downloadModel } from './download-model.js';
import type { LocatedModel } from './located-model.js';

const REFERENCE = /^hf:(\w[\w.-]{0,95}\/\w[\w.-]{0,95})(?:@(\w[\w./-]{0,254}))?$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** Written last: the folder holds everything. */
const COMPLETE = '.complete';

/**
 * A model of the Hugging Face hub, downloaded to `home/hub/<org>/<name>/<commit>` unless it lies there.
 * @param reference `hf:org/name` or `hf:org/name@revision`; a commit that lies there needs no network
 * @throws PatchbayError `invalid-input`, `not-found`, or `unavailable` where the hub does not answer
 */
export async function hubModel(reference: string, options: OpenModelOptions): Promise<LocatedModel> {
  const [, name, revision = 'main'] = REFERENCE.exec(reference) ?? [];
  if (!name) throw invalidInput(`${reference} is no hub address.`, 'Write hf:org/name or hf:org/name@revision.');
  const kept = join(options.home, 'hub', name);
  try {
    const commit = COMMIT.test(revision) ? revision : await resolveCommit(name, revision, options);
    const folder = join(kept, commit);
    if (!(await exists(join(folder, COMPLETE)))) {
      await downloadModel(name, commit, folder, options);
      await writeAtomically(join(folder, COMPLETE), async () => {});
    }
    return { path: folder, source: `hf:${name}@${commit}`, revision: commit };
  } catch (error) {
    throw await asHubError(error, name, revision, kept);
  }
}

async function resolveCommit(name: string, revision: string, { fetch }: OpenModelOptions): Promise<string> {
  const { sha } = await modelInfo({ name, revision, additionalFields: ['sha'], fetch });
  if (COMMIT.test(sha)) return sha;
  throw unavailable(`The hub names no commit for ${name}@${revision}.`, 'Try again later.');
}

async function asHubError(error: unknown, name: string, revision: string, kept: string): Promise<PatchbayError> {
  if (error instanceof PatchbayError) return error;
  const status = error instanceof HubApiError ? error.statusCode : undefined;
  if (status === 401 || status === 403 || status === 404) {
    return notFound(
      `The hub has no public model ${name} at ${revision}.`,
      'Check the name. Where it needs an account, download it with the hub’s own tool and name its folder.',
    );
  }
  const commits = (await readdir(kept).catch(() => [])).filter((entry) => COMMIT.test(entry));
  const reason = status
    ? `answered ${status}`
    : `cannot be reached (${error instanceof Error ? error.message : String(error)})`;
  return unavailable(
    `The hub ${reason}, so ${name} cannot be fetched.`,
    'Check the network and try again, or name a local folder' +
      (commits.length > 0 ? `, or a copy fetched before: hf:${name}@${commits.join(' or @')}.` : '.'),
    { cause: error },
  );
}
