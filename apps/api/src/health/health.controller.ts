import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { type Device, deviceSchema } from '@patchbay/contracts';
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

/** A part that has not answered by then counts as down: whoever asks for health wants an answer. */
const PATIENCE_MS = 2_000;

@ApiTags('platform')
@Controller('v1/health')
export class HealthController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(SCHEDULER) private readonly scheduler: Scheduler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether Postgres and Temporal answer' })
  @Answers(200, 'Runs are taken', healthSchema)
  @Answers(503, 'Postgres does not answer', healthSchema)
  async health(@Res({ passthrough: true }) response: ServerResponse): Promise<Health> {
    const [postgres, temporal, devices] = await Promise.all([
      stateOf(this.store.ping()),
      stateOf(this.scheduler.ping()),
      soon<Device[]>(this.scheduler.servedDevices(), []),
    ]);
    if (postgres === 'down') response.statusCode = 503;
    const status = postgres === 'down' ? 'down' : temporal === 'down' ? 'degraded' : 'ok';
    return { status, postgres, temporal, devices };
  }
}

const stateOf = (ping: Promise<void>): Promise<'up' | 'down'> =>
  soon(
    ping.then(() => 'up' as const),
    'down',
  );

/** What a part answers, or `otherwise` where it fails or takes too long. */
async function soon<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, otherwise);
  });
  return Promise.race([asked.catch(() => otherwise), patience]).finally(() => {
    clearTimeout(timer);
  });
}
