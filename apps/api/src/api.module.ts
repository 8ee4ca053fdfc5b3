import { type DynamicModule, Module } from '@nestjs/common';
import { CircuitsController } from './circuits/circuits.controller.js';
import { StoredCircuitsController } from './circuits/stored-circuits.controller.js';
import { HealthController } from './health/health.controller.js';
import { MethodsController } from './methods/methods.controller.js';
import { ModelsController } from './models/models.controller.js';
import { OpenApiController, OpenApiDocument } from './openapi/openapi.controller.js';
import { type ApiParts, CATALOGUE, SCHEDULER, STORE } from './parts.js';
import { RunEventStreams } from './runs/run-event-streams.js';
import { RunScoresController } from './runs/run-scores.controller.js';
import { RunStarter } from './runs/run-starter.js';
import { RunsController } from './runs/runs.controller.js';
import { SweepWaker } from './sweeps/sweep-waker.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { TasksController } from './tasks/tasks.controller.js';

@Module({})
class ApiModule {}

/** The routes over their parts. */
export function apiModule({ store, catalogue, scheduler }: ApiParts): DynamicModule {
  return {
    module: ApiModule,
    controllers: [
      RunsController,
      RunScoresController,
      SweepsController,
      CircuitsController,
      StoredCircuitsController,
      ModelsController,
      TasksController,
      MethodsController,
      HealthController,
      OpenApiController,
    ],
    providers: [
      { provide: STORE, useValue: store },
      { provide: CATALOGUE, useValue: catalogue },
      { provide: SCHEDULER, useValue: scheduler },
      RunStarter,
      SweepWaker,
      RunEventStreams,
      OpenApiDocument,
    ],
  };
}
