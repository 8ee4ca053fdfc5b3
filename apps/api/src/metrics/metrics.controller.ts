import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Refuses } from '../openapi/answers.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';
import { RunEventStreams } from '../runs/run-event-streams.js';
import { exposition, EXPOSITION_TYPE, type Family } from './exposition.js';
import { platformFamilies } from './platform-families.js';
import { processFamilies } from './process-families.js';
import { RequestTimes } from './request-times.js';

@ApiTags('platform')
@Controller('v1/metrics')
export class MetricsController {
  constructor(
    @Inject(STORE) readonly store: ApiStore,
    @Inject(SCHEDULER) readonly scheduler: Scheduler,
    private readonly requestTimes: RequestTimes,
    private readonly streams: RunEventStreams,
  ) {}

  @Get()
  @Header('Content-Type', EXPOSITION_TYPE)
  @ApiOperation({
    summary: 'Runs, queues, requests and this process, for Prometheus; workers have metrics of their own',
  })
  @ApiOkResponse({ description: 'Prometheus text', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Refuses()
  async metrics(): Promise<string> {
    const platform = await platformFamilies(this);
    const streams: Family = {
      name: 'patchbay_event_streams',
      help: 'Event streams that are open.',
      type: 'gauge',
      samples: [{ value: this.streams.count }],
    };
    return exposition([...platform, this.requestTimes.family(), streams, ...processFamilies()]);
  }
}
