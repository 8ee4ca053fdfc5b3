import { PatchbayError, type AddModel, type ModelView } from '@patchbay/contracts';
import type { PrismaClient } from '../generated/client.js';
import type { ModelStore } from '../store.js';

export class PostgresModelStore implements ModelStore {
  constructor(private readonly database: PrismaClient) {}

  /** The same name and source again refreshes what is known of the model; another source is a `conflict`. */
  async add({ name, source }: AddModel, view: ModelView): Promise<ModelView> {
    const json = JSON.stringify(view);
    const stored = await this.database.$executeRaw`
      INSERT INTO "Model" (name, source, view) VALUES (${name}, ${source}, ${json}::jsonb)
      ON CONFLICT (name) DO UPDATE SET view = excluded.view WHERE "Model".source = excluded.source`;
    if (stored === 1) return view;
    throw new PatchbayError('conflict', `There is another model named ${name}.`, 'Choose another name.');
  }

  async list(): Promise<ModelView[]> {
    const models = await this.database.model.findMany({ orderBy: { name: 'asc' } });
    return models.map(({ view }) => view as ModelView);
  }

  async source(name: string): Promise<string | undefined> {
    return (await this.database.model.findUnique({ where: { name } }))?.source;
  }
}
