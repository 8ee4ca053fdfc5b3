const pad = (n: number): string => String(n).padStart(2, '0');

/** A time as this machine's clock has it: `2026-11-23 19:31:07`. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}
