import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg, { type QueryConfig, type QueryResult } from 'pg';

/** Prisma's migration engine: the same that `prisma migrate deploy` runs, so that both agree on `_prisma_migrations`. */
export type SchemaEngine = bindings.SchemaEngine;

/** The little of WebAssembly that is used; TypeScript declares it for browsers alone. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let loaded: Promise<void> | undefined;

/** Runs `use` with Prisma's migration engine, as WebAssembly, on the given database. */
export async function withSchemaEngine<T>(databaseUrl: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  await (loaded ??= loadWebAssembly());
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const factory = new MigrationAdapterFactory(pool);
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  try {
    return await use(engine);
  } catch (error) {
    throw factory.failure ?? error;
  } finally {
    engine.free();
    await pool.end(); // frees the lock that the engine took for itself
  }
}

/** `@prisma/adapter-pg` with two faults mended that stand in the way of migrations. */
class MigrationAdapterFactory extends PrismaPg {
  /** What Postgres said of a script that failed; the engine only says that something did. */
  failure: unknown;

  override async connect(): Promise<Adapter> {
    return this.#mended(await super.connect());
  }

  override async connectToShadowDb(): Promise<Adapter> {
    return this.#mended(await super.connectToShadowDb());
  }

  /**
   * The adapter cuts a script at every semicolon and runs the pieces one by one, so a migration that fails half-way
   * would leave its first half behind; sent whole, Postgres runs it as one transaction. And it refuses columns of type
   * "char", which Postgres's own catalogue has and the engine reads: they pass it as "char"[], their values unchanged.
   */
  #mended(adapter: Adapter): Adapter {
    const pool = adapter.underlyingDriver();
    const query = pool.query.bind(pool) as (config: QueryConfig) => Promise<QueryResult>;
    const queryKnownTypes = async (config: QueryConfig): Promise<QueryResult> => {
      const result = await query(config);
      for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY;
      return result;
    };
    pool.query = queryKnownTypes as typeof pool.query;

    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (statement) => {
      const result = await queryRaw(statement);
      const { CharacterArray, Character } = ColumnTypeEnum;
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === CharacterArray ? Character : type)) };
    };
    adapter.executeScript = async (script) => {
      await query({ text: script }).catch((error: unknown) => {
        this.failure = error;
        throw error;
      });
    };
    return adapter;
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** Object ids of the types "char", which the adapter does not know, and "char"[], which it does. */
const CHAR = 18;
const CHAR_ARRAY = 1002;

/** What the package's own entry does, which imports the .wasm file as a module: Node 20 cannot. */
async function loadWebAssembly(): Promise<void> {
  const file = fileURLToPath(
    new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
  );
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': { ...bindings },
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}
