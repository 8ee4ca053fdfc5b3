import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { Answers } from '../openapi/answers.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';

const stateSchema = z.enum(['up', 'down']);
export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']).describe('degraded: runs are taken and start once Temporal is back'),
    postgres: stateSchema,
    temporal: stateSchema,
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
    const [postgres, temporal] = await Promise.all([stateOf(this.store.ping()), stateOf(this.scheduler.ping())]);
    if (postgres === 'down') response.statusCode = 503;
    return { status: postgres === 'down' ? 'down' : temporal === 'down' ? 'degraded' : 'ok', postgres, temporal };
  }
}

async function stateOf(ping: Promise<void>): Promise<'up' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'down'>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, 'down');
  });
  const answer = ping.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return Promise.race([answer, patience]).finally(() => {
    clearTimeout(timer);
  });
}
