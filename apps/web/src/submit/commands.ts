import type { RunRequestInput } from '@patchbay/contracts';
import { settingText } from './setting-text.js';

/** The run as a line for a terminal that needs no server. */
export function cliCommand(request: RunRequestInput): string {
  const { model, task, method, circuit, params, pairs, seed, device } = request;
  const settings = Object.entries(params ?? {}).flatMap(([name, value]) => ['--set', `${name}=${settingText(value)}`]);
  const optional = { '--circuit': circuit, '--pairs': pairs, '--seed': seed, '--device': device };
  const options = Object.entries(optional).flatMap(([flag, value]) => (value === undefined ? [] : [flag, `${value}`]));
  const words = ['--model', model, '--task', task, '--method', method, ...settings, ...options];
  return `npx patchbay discover ${words.map(shellWord).join(' ')} --out result.json`;
}

/** The run as a request to the API at `origin`. */
export function curlCommand(request: RunRequestInput, origin: string): string {
  const body = shellWord(JSON.stringify(request));
  return `curl -X POST ${shellWord(`${origin}/v1/runs`)} -H 'Content-Type: application/json' -d ${body}`;
}

/** One word of a POSIX shell: as it is where nothing in it is special, else in single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
