import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  PatchbayError,
  type PointListQuery,
  pointListQuerySchema,
  type PointPage,
  pointPageSchema,
  type SweepListQuery,
  sweepListQuerySchema,
  type SweepPage,
  sweepPageSchema,
  type SweepPoints,
  sweepPointsSchema,
  type SweepPreview,
  sweepPreviewSchema,
  type SweepRequest,
  sweepRequestSchema,
  type SweepView,
  sweepViewSchema,
} from '@patchbay/contracts';
import type { ServerResponse } from 'node:http';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, STORE } from '../parts.js';
import { checkIdempotencyKey } from '../runs/submit-run.js';
import { expandSweep } from './expand-sweep.js';
import { previewSweep } from './preview-sweep.js';
import { SweepWaker } from './sweep-waker.js';

const SweepId = () => ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } });
const SweepNow = () => Answers(202, 'The sweep as it now stands', sweepViewSchema);

@ApiTags('sweeps')
@Controller('v1/sweeps')
export class SweepsController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    private readonly waker: SweepWaker,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Submit a sweep: many runs, so many under way at once' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key and body give the same sweep' })
  @Answers(202, 'Recorded with all its runs', sweepViewSchema, { headers: { Location: 'address of the sweep' } })
  @Refuses(400, 409, 413, 415, 422)
  async submitSweep(
    @Body({ schema: sweepRequestSchema }) request: SweepRequest,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<SweepView> {
    checkIdempotencyKey(idempotencyKey);
    const { runs } = await expandSweep(request, request, { store: this.store, catalogue: this.catalogue });
    const { sweep, created } = await this.store.sweeps.create(request, runs, idempotencyKey);
    if (created) this.waker.wakeSoon(sweep.id);
    response.setHeader('Location', `/v1/sweeps/${sweep.id}`);
    return sweep;
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'How many runs a sweep would be and what they would take; nothing is submitted' })
  @Answers(200, 'Count and rough cost', sweepPreviewSchema)
  @Refuses(400, 413, 415, 422)
  previewSweep(@Body({ schema: sweepRequestSchema }) request: SweepRequest): Promise<SweepPreview> {
    return previewSweep(request, { store: this.store, catalogue: this.catalogue });
  }

  @Get()
  @ApiOperation({ summary: 'Sweeps, newest first' })
  @Answers(200, 'One page', sweepPageSchema)
  @Refuses(422)
  listSweeps(@Query({ schema: sweepListQuerySchema }) query: SweepListQuery): Promise<SweepPage> {
    return this.store.sweeps.list(query);
  }

  @Get(':id')
  @SweepId()
  @ApiOperation({ summary: 'One sweep, its points counted by status' })
  @Answers(200, 'The sweep', sweepViewSchema)
  @Refuses(404)
  getSweep(@Param('id') id: string): Promise<SweepView> {
    return this.store.sweeps.get(id);
  }

  @Get(':id/points')
  @SweepId()
  @ApiOperation({ summary: 'The points of a sweep with their runs, in order' })
  @Answers(200, 'One page', pointPageSchema)
  @Refuses(404, 422)
  listPoints(
    @Param('id') id: string,
    @Query({ schema: pointListQuerySchema }) query: PointListQuery,
  ): Promise<PointPage> {
    return this.store.sweeps.points(id, query);
  }

  @Post(':id/points')
  @HttpCode(202)
  @SweepId()
  @ApiOperation({ summary: 'Append points, also to a sweep that has finished' })
  @SweepNow()
  @Refuses(400, 404, 409, 413, 415, 422)
  async appendPoints(
    @Param('id') id: string,
    @Body({ schema: sweepPointsSchema }) points: SweepPoints,
  ): Promise<SweepView> {
    const { name, tags } = await this.store.sweeps.get(id);
    const labels = { name: name ?? undefined, tags };
    const { runs } = await expandSweep(points, labels, { store: this.store, catalogue: this.catalogue });
    return this.#change(id, (sweeps) => sweeps.append(id, runs));
  }

  @Post(':id/pause')
  @HttpCode(202)
  @SweepId()
  @ApiOperation({ summary: 'Start no more runs; those under way go on to their end' })
  @SweepNow()
  @Refuses(404, 409)
  pauseSweep(@Param('id') id: string): Promise<SweepView> {
    return this.#change(id, (sweeps) => sweeps.pause(id));
  }

  @Post(':id/resume')
  @HttpCode(202)
  @SweepId()
  @ApiOperation({ summary: 'Go on with a paused sweep' })
  @SweepNow()
  @Refuses(404, 409)
  resumeSweep(@Param('id') id: string): Promise<SweepView> {
    return this.#change(id, (sweeps) => sweeps.resume(id));
  }

  @Post(':id/retry')
  @HttpCode(202)
  @SweepId()
  @ApiOperation({ summary: 'A new run for each point whose run failed' })
  @SweepNow()
  @Refuses(404, 409)
  retrySweep(@Param('id') id: string): Promise<SweepView> {
    return this.#change(id, (sweeps) => sweeps.retryFailed(id));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @SweepId()
  @ApiOperation({ summary: 'Stop a sweep for good: runs that wait at once, those under way within seconds' })
  @SweepNow()
  @Refuses(404, 409)
  async cancelSweep(@Param('id') id: string): Promise<SweepView> {
    const sweep = await this.store.sweeps.get(id);
    if (sweep.status === 'cancelled') return sweep;
    if (sweep.status === 'finished') {
      throw new PatchbayError('conflict', 'The sweep has finished already.', 'There is nothing left to cancel.');
    }
    return this.#change(id, (sweeps) => sweeps.cancel(id));
  }

  async #change(id: string, how: (sweeps: ApiStore['sweeps']) => Promise<void>): Promise<SweepView> {
    await how(this.store.sweeps);
    this.waker.wakeSoon(id);
    return this.store.sweeps.get(id);
  }
}
