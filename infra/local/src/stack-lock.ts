import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PatchbayError, unavailable } from '@patchbay/contracts';
import { z } from 'zod';
import { isRunning, processIdentity, type RecordedProcess } from './process/process-identity.js';
import { stopProcess } from './process/stop-process.js';

const recordedProcess = z.object({ name: z.string(), pid: z.int().positive(), identity: z.string() });
const recordSchema = recordedProcess.extend({ url: z.string(), children: z.array(recordedProcess) });
type Record = z.infer<typeof recordSchema>;

/** Two that take over a dead stack's file at once both write; the one that finds its own file after this has it. */
const SETTLE_MS = 100;

/** `stack.json` in home: who runs the stack of this home, where, and with which processes. */
export class StackLock {
  readonly #path: string;
  readonly #record: Record;

  private constructor(path: string, record: Record) {
    this.#path = path;
    this.#record = record;
  }

  /**
   * Takes the home for this process, first ending what a killed stack left running.
   * @throws PatchbayError `conflict` when a living process has it
   */
  static async take(home: string, url: string): Promise<StackLock> {
    const path = join(home, 'stack.json');
    const before = readRecord(path);
    if (before && isRunning(before)) throw alreadyRunning(home, before);
    const self = { name: 'patchbay', pid: process.pid, identity: processIdentity(process.pid) ?? '', url };
    const lock = new StackLock(path, { ...self, children: before?.children ?? [] });
    try {
      mkdirSync(home, { recursive: true });
      lock.#write();
    } catch (error) {
      throw unavailable(
        `The folder ${home} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
        'Set PATCHBAY_HOME to a folder of yours.',
        { cause: error },
      );
    }
    await sleep(SETTLE_MS);
    const after = readRecord(path);
    if (after && after.pid !== process.pid) throw alreadyRunning(home, after);
    await lock.#endLeftovers();
    return lock;
  }

  set url(url: string) {
    this.#record.url = url;
    this.#write();
  }

  /** Records a process of the stack in the place of an earlier one of the same name. */
  add(child: RecordedProcess): void {
    this.#record.children = [...this.#record.children.filter((other) => other.name !== child.name), child];
    this.#write();
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  async #endLeftovers(): Promise<void> {
    // SIGINT is Postgres' fast shutdown, and ends the others too.
    await Promise.all(this.#record.children.map((child) => stopProcess(child, 'SIGINT')));
    this.#record.children = [];
    this.#write();
  }

  #write(): void {
    const written = `${this.#path}.${process.pid}`;
    writeFileSync(written, JSON.stringify(this.#record, null, 2), { mode: 0o600 });
    renameSync(written, this.#path);
  }
}

function readRecord(path: string): Record | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined; // absent, or cut short by a crash: nobody has it
  }
}

function alreadyRunning(home: string, owner: Record): PatchbayError {
  return new PatchbayError(
    'conflict',
    `Patchbay is already running with ${home}: ${owner.url} (process ${owner.pid}).`,
    `Use that one, stop it (kill ${owner.pid}), or set PATCHBAY_HOME and PATCHBAY_PORT for a second one.`,
  );
}
