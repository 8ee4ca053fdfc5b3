/** 100 MB, the largest that is fetched, at some 300 kB a second. */
export const DOWNLOAD_MS = 300_000;
