/** Says what happens to whoever looks on; stdout is for results. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
