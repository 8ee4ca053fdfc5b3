import type { RunRequest } from '@patchbay/contracts';
import { settingText } from '../submit/setting-text.js';
import { pick } from './plain-search.js';

const NAMES = ['model', 'task', 'method', 'circuit', 'pairs', 'seed', 'device', 'name', 'tags'] as const;
const SETTING = 'set.';

/** A run request as it is being written: every field the text that stands in it, wrong ones too. */
export interface Draft extends Record<(typeof NAMES)[number], string> {
  /** the parameters that were set; the others are at their defaults */
  params: Record<string, string>;
}

/** The submit page's address: a field each, parameters as `set.NAME`, like the CLI's `--set NAME=…`. */
export type SubmitSearch = Partial<Record<(typeof NAMES)[number], string>> &
  Record<`${typeof SETTING}${string}`, string>;

export function readSubmitSearch(search: Record<string, unknown>): SubmitSearch {
  const settings = Object.entries(search).filter(([key, value]) => isSetting(key) && typeof value === 'string');
  return { ...pick(search, NAMES), ...(Object.fromEntries(settings) as SubmitSearch) };
}

export function draftOf(search: SubmitSearch): Draft {
  const params = Object.entries(search).flatMap(([key, text]) =>
    isSetting(key) ? [[key.slice(SETTING.length), text]] : [],
  );
  const field = (name: (typeof NAMES)[number]): string => search[name] ?? '';
  return {
    model: field('model'),
    task: field('task'),
    method: field('method'),
    circuit: field('circuit'),
    pairs: field('pairs'),
    seed: field('seed'),
    device: field('device'),
    name: field('name'),
    tags: field('tags'),
    params: Object.fromEntries(params) as Record<string, string>,
  };
}

export function searchOf(draft: Draft): SubmitSearch {
  const fields = NAMES.filter((name) => draft[name] !== '').map((name) => [name, draft[name]]);
  const settings = Object.entries(draft.params).map(([name, text]) => [`${SETTING}${name}`, text]);
  return Object.fromEntries([...fields, ...settings]) as SubmitSearch;
}

/** The form filled in as a run was asked for, to change it and run it again. */
export const searchOfRequest = (request: RunRequest): SubmitSearch =>
  searchOf({
    model: request.model,
    task: request.task,
    method: request.method,
    circuit: request.circuit ?? '',
    pairs: request.pairs === undefined ? '' : String(request.pairs),
    seed: String(request.seed),
    device: request.device,
    name: request.name ?? '',
    tags: request.tags.join(', '),
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, settingText(value)])),
  });

const isSetting = (key: string): boolean => key.startsWith(SETTING) && key.length > SETTING.length;
