import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '@patchbay/contracts/settings';
import { assertPortFree, freePort } from './free-port.js';
import { nodeService } from './node-service.js';
import { preparePostgres } from './postgres/prepare-postgres.js';
import type { Service } from './process/service.js';
import { Supervisor } from './process/supervisor.js';
import { StackLock } from './stack-lock.js';
import { stackEnvironment } from './stack-environment.js';
import { findTemporal } from './temporal/find-temporal.js';
import { temporalService } from './temporal/temporal-service.js';

export interface StartStackOptions {
  /** the programs to run: paths of the built API and worker */
  entries: { api: string; worker: string };
  /** told what happens, in words for people; later on also when a part had to be started again */
  onStep?: (message: string) => void;
  /** ends the start; whatever had been started by then is stopped before `startStack` rejects */
  signal?: AbortSignal;
}

export interface Stack {
  /** of API and dashboard */
  url: string;
  databaseUrl: string;
  temporalAddress: string;
  artifactsUrl: string;
  /** Stops all that was started, last first; can be called more than once. */
  stop(): Promise<void>;
}

/**
 * Brings up what is not configured: Postgres, Temporal, then the API and the worker, each started again if it ends.
 * @throws PatchbayError `conflict` when the port is taken or this home's stack runs already, before anything is started;
 *   `unavailable` when a part cannot be had or does not get ready
 */
export async function startStack(settings: Settings, options: StartStackOptions): Promise<Stack> {
  const lock = await StackLock.take(settings.home, `http://${settings.host}:${settings.port}`);
  const starter = new Starter(settings, options, lock);
  try {
    await assertPortFree(settings.host, settings.port);
    return await starter.start();
  } catch (error) {
    await starter.stop();
    throw error;
  }
}

class Starter {
  readonly #running: Supervisor<unknown>[] = [];
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onStep: (message: string) => void;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly options: StartStackOptions,
    private readonly lock: StackLock,
  ) {
    this.#signal = AbortSignal.any([this.#failure.signal, ...(options.signal ? [options.signal] : [])]);
    this.#onStep = options.onStep ?? (() => undefined);
  }

  async start(): Promise<Stack> {
    const { settings } = this;
    const [databaseUrl, temporalAddress] = await this.#both(
      settings.databaseUrl ?? this.#postgres(),
      settings.temporal.address ?? this.#temporal(),
    );
    this.#signal.throwIfAborted();
    // Loaded here, since whoever only wants to find Temporal needs no Prisma.
    const { migrate } = await import('@patchbay/store');
    await migrate(databaseUrl);
    this.#onStep('The database has the present schema');

    const artifactsUrl = settings.artifactsUrl ?? this.#artifactsFolder();
    let port = settings.port;
    const environment = () => stackEnvironment(settings, { databaseUrl, temporalAddress, artifactsUrl, port });
    const [url] = await this.#both(
      this.#run(nodeService('API', this.options.entries.api, environment)),
      this.#workers(environment),
    );
    const address = new URL(url ?? `http://${settings.host}:${port}`);
    if (port === 0) port = Number(address.port); // a restarted API must come back where its clients look for it
    this.lock.url = address.origin;
    return { url: address.origin, databaseUrl, temporalAddress, artifactsUrl, stop: () => this.stop() };
  }

  async #workers(environment: () => NodeJS.ProcessEnv): Promise<void> {
    for (const device of this.settings.devices) {
      const name = device === 'cpu' ? 'Worker' : (`Worker-${device}` as const);
      await this.#run(nodeService(name, this.options.entries.worker, environment, ['--device', device]));
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    for (const service of this.#running.reverse()) await service.stop();
    this.lock.release();
  }

  async #postgres(): Promise<string> {
    return this.#run(await preparePostgres(this.settings.home, this.#signal));
  }

  async #temporal(): Promise<string> {
    const { home, temporal } = this.settings;
    const executable = await findTemporal({ home, signal: this.#signal, onDownload: this.#onStep });
    return this.#run(temporalService({ executable, home, port: await freePort(), namespace: temporal.namespace }));
  }

  async #run<Ready>(service: Service<Ready>): Promise<Ready> {
    const since = Date.now();
    const supervisor = new Supervisor(service, {
      home: this.settings.home,
      onSpawn: (process) => {
        this.lock.add(process);
      },
      onNews: this.#onStep,
    });
    const ready = await supervisor.start(this.#signal);
    this.#running.push(supervisor);
    this.#onStep(`${service.name} is ready (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    return ready;
  }

  #artifactsFolder(): string {
    const folder = join(this.settings.home, 'artifacts');
    mkdirSync(folder, { recursive: true });
    return pathToFileURL(folder).href;
  }

  /** Waits for both. When one fails the other is called off, and only then is the failure passed on. */
  async #both<A, B>(a: A | Promise<A>, b: B | Promise<B>): Promise<[A, B]> {
    try {
      return await Promise.all([a, b]);
    } catch (error) {
      this.#failure.abort(error);
      await Promise.allSettled([a, b]);
      throw error;
    }
  }
}
