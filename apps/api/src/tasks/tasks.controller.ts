import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type AddTask,
  addTaskSchema,
  notFound,
  PatchbayError,
  type TaskView,
  taskViewSchema,
} from '@patchbay/contracts';
import type { ServerResponse } from 'node:http';
import { findModel } from '../models/find-model.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, STORE } from '../parts.js';
import { readExamples } from './read-examples.js';
import { type TaskDetail, type TaskDetailQuery, taskDetailQuerySchema, taskDetailSchema } from './task-detail.js';

@ApiTags('tasks')
@Controller('v1/tasks')
export class TasksController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Generators, bundled sets and registered tasks' })
  @Answers(200, 'All of them', taskViewSchema, { isArray: true })
  @Refuses()
  async listTasks(): Promise<TaskView[]> {
    return [...this.catalogue.tasks, ...(await this.store.tasks.list()).map(registeredView)];
  }

  @Post()
  @ApiOperation({ summary: 'Register a task from JSON lines' })
  @Answers(201, 'The task', taskViewSchema, { headers: { Location: 'address of the task' } })
  @Refuses(400, 409, 413, 415, 422)
  async addTask(
    @Body({ schema: addTaskSchema }) { name, jsonl }: AddTask,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<TaskView> {
    if (this.catalogue.tasks.some((task) => task.name === name)) {
      throw new PatchbayError('conflict', `${name} comes with Patchbay.`, 'Choose another name.');
    }
    const pairs = this.catalogue.countPairs(jsonl);
    await this.store.tasks.add(name, jsonl, pairs);
    response.setHeader('Location', `/v1/tasks/${name}`);
    return registeredView({ name, pairs });
  }

  @Get(':name')
  @ApiOperation({ summary: 'One task with its first pairs' })
  @Answers(200, 'The task', taskDetailSchema)
  @Refuses(404, 422)
  async getTask(
    @Param('name') name: string,
    @Query({ schema: taskDetailQuerySchema }) query: TaskDetailQuery,
  ): Promise<TaskDetail> {
    const task = this.catalogue.tasks.find((known) => known.name === name);
    if (task) return { ...task, examples: await this.#examples(name, query) };
    const entry = (await this.store.tasks.list()).find((registered) => registered.name === name);
    const jsonl = entry && (await this.store.tasks.jsonl(name));
    if (!entry || jsonl === undefined) {
      throw notFound('There is no task by that name.', 'List the tasks with GET /v1/tasks.');
    }
    return { ...registeredView(entry), examples: readExamples(jsonl, query.examples) };
  }

  async #examples(task: string, query: TaskDetailQuery) {
    const model = query.model ?? this.catalogue.builtinModels[0] ?? '';
    return this.catalogue.examples(task, await findModel(model, this.store, this.catalogue), query.examples);
  }
}

const registeredView = ({ name, pairs }: { name: string; pairs: number }): TaskView => ({
  name,
  title: name,
  description: 'Registered from JSON lines',
  kind: 'file',
  pairs,
});
