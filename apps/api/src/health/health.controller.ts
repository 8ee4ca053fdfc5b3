import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { type Device, deviceSchema, soon, stateOf } from '@patchbay/contracts';
import { z } from 'zod';
import { Answers } from '../openapi/answers.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';

const stateSchema = z.enum(['up', 'down']);
export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']).describe('degraded: runs are taken and start once Temporal is back'),
    postgres: stateSchema,
    temporal: stateSchema,
    devices: z.array(deviceSchema).describe('devices that some worker serves; a run for another one waits'),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

const readinessSchema = z
  .object({
    ready: z.boolean().describe('whether requests may be sent here'),
    postgres: stateSchema,
    temporal: stateSchema.describe('without it runs are taken and wait, so the API stays ready'),
  })
  .meta({ id: 'Readiness' });
type Readiness = z.infer<typeof readinessSchema>;

@ApiTags('platform')
@Controller('v1')
export class HealthController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(SCHEDULER) private readonly scheduler: Scheduler,
  ) {}

  @Get('health')
  @ApiOperation({ summary: 'Whether Postgres and Temporal answer' })
  @Answers(200, 'Runs are taken', healthSchema)
  @Answers(503, 'Postgres does not answer', healthSchema)
  async health(@Res({ passthrough: true }) response: ServerResponse): Promise<Health> {
    const [{ postgres, temporal }, devices] = await Promise.all([
      this.#states(),
      soon<Device[]>(this.scheduler.servedDevices(), []),
    ]);
    if (postgres === 'down') response.statusCode = 503;
    const status = postgres === 'down' ? 'down' : temporal === 'down' ? 'degraded' : 'ok';
    return { status, postgres, temporal, devices };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests may be sent here: for load balancers and readiness probes' })
  @Answers(200, 'Requests are taken', readinessSchema)
  @Answers(503, 'Postgres does not answer', readinessSchema)
  async ready(@Res({ passthrough: true }) response: ServerResponse): Promise<Readiness> {
    const states = await this.#states();
    const isReady = states.postgres === 'up';
    if (!isReady) response.statusCode = 503;
    return { ready: isReady, ...states };
  }

  // It asks for nothing else: who starts the API again because Postgres is away has two things that are down.
  @Get('live')
  @HttpCode(204)
  @ApiOperation({ summary: 'Answers while the process does: for liveness probes' })
  @ApiNoContentResponse({ description: 'The process answers' })
  live(): void {
    return;
  }

  async #states(): Promise<Pick<Health, 'postgres' | 'temporal'>> {
    const [postgres, temporal] = await Promise.all([stateOf(this.store.ping()), stateOf(this.scheduler.ping())]);
    return { postgres, temporal };
  }
}
