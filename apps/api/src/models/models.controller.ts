import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type AddModel,
  addModelSchema,
  invalidInput,
  type ModelView,
  modelViewSchema,
  notFound,
  PatchbayError,
} from '@patchbay/contracts';
import type { ServerResponse } from 'node:http';
import { logError } from '../log.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, STORE } from '../parts.js';
import { isModelSource } from './find-model.js';

@ApiTags('models')
@Controller('v1/models')
export class ModelsController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Built-in models, those in PATCHBAY_HOME/models, and registered ones' })
  @Answers(200, 'All of them', modelViewSchema, { isArray: true })
  @Refuses()
  async listModels(): Promise<ModelView[]> {
    const names = await this.catalogue.localModels();
    const described = await Promise.allSettled(names.map((name) => this.catalogue.describeModel(name)));
    const local = described.flatMap((model, i) => {
      if (model.status === 'fulfilled') return [model.value];
      // One damaged folder must not hide the other models; a run that names it is told what is wrong.
      logError(`The model ${names[i] ?? ''} cannot be opened`, model.reason);
      return [];
    });
    return [...local, ...(await Promise.all((await this.store.models.list()).map(this.catalogue.withCheck)))];
  }

  @Post()
  @ApiOperation({ summary: 'Register a model by a name, after opening it and holding it against its reference' })
  @Answers(201, 'What it is', modelViewSchema, { headers: { Location: 'address of the model' } })
  @Refuses(400, 409, 413, 415, 422)
  async addModel(
    @Body({ schema: addModelSchema }) model: AddModel,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<ModelView> {
    if (this.catalogue.builtinModels.includes(model.name)) {
      throw new PatchbayError('conflict', `${model.name} is a built-in model.`, 'Choose another name.');
    }
    if (!(await isModelSource(model.source))) {
      throw invalidInput(
        `There is no model at ${JSON.stringify(model.source)}.`,
        'Give the absolute path of a folder or .gguf file, or hf:org/name.',
      );
    }
    const view = await this.catalogue.describeModel(model.source);
    const check = await this.catalogue.checkModel(model.source);
    const added = await this.store.models.add(model, { ...view, name: model.name, ...(check && { check }) });
    response.setHeader('Location', `/v1/models/${model.name}`);
    return added;
  }

  @Get(':name')
  @ApiOperation({ summary: 'One model' })
  @Answers(200, 'What it is', modelViewSchema)
  @Refuses(404)
  async getModel(@Param('name') name: string): Promise<ModelView> {
    const model = (await this.store.models.list()).find((registered) => registered.name === name);
    if (!model && (await this.catalogue.localModels()).includes(name)) return this.catalogue.describeModel(name);
    if (!model) throw notFound('There is no model by that name.', 'List the models with GET /v1/models.');
    return this.catalogue.withCheck(model);
  }
}
