const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A count of bytes as people read it, in powers of 1024: `512 B`, `1.5 GB`. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${value >= 100 || power === 0 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}

/** `8GB`, `512 MB` or plain bytes, in powers of 1024; undefined where the text says nothing of the kind. */
export function parseBytes(text: string): number | undefined {
  const [, digits = '', unit = 'B'] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B)?\s*$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  return digits !== '' && Number.isSafeInteger(Math.round(bytes)) && bytes >= 1 ? Math.round(bytes) : undefined;
}
