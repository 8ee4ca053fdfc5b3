/**
 * A parameter's value as one line of text, and back: numbers, booleans and lists as JSON, anything else as the word it
 * is. The CLI reads `--set key=value` in the same way.
 */
export function settingText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return readSetting(value) === value ? value : JSON.stringify(value);
}

export function readSetting(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
