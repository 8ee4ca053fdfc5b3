import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type CodePrompts,
  codePromptsSchema,
  type Estimate,
  estimateSchema,
  invalidInput,
  type PromptCodes,
  promptCodesSchema,
  type Result,
  resultSchema,
  type RunListQuery,
  runListQuerySchema,
  type RunPage,
  runPageSchema,
  type RunRequest,
  runRequestSchema,
  type RunView,
  runViewSchema,
} from '@patchbay/contracts';
import type { ServerResponse } from 'node:http';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, type Scheduler, SCHEDULER, STORE } from '../parts.js';
import { cancelRun } from './cancel-run.js';
import { codePrompts } from './code-prompts.js';
import { RunId, runId } from './run-id.js';
import { RunEventStreams } from './run-event-streams.js';
import { RunStarter } from './run-starter.js';
import { estimateRun, submitRun } from './submit-run.js';

@ApiTags('runs')
@Controller('v1/runs')
export class RunsController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(SCHEDULER) private readonly scheduler: Scheduler,
    private readonly starter: RunStarter,
    private readonly streams: RunEventStreams,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Submit a run' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key and body give the same run' })
  @Answers(202, 'Recorded; it starts as soon as a worker is free', runViewSchema, {
    headers: { Location: 'address of the run' },
  })
  @Refuses(400, 409, 413, 415, 422)
  async submitRun(
    @Body({ schema: runRequestSchema }) request: RunRequest,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<RunView> {
    const { run, created } = await submitRun(request, idempotencyKey, { store: this.store, catalogue: this.catalogue });
    if (created) this.starter.startSoon(run);
    response.setHeader('Location', `/v1/runs/${run.id}`);
    return run;
  }

  @Post('estimate')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a run would take on the machine of the API; nothing is submitted' })
  @Answers(200, 'Rough figures', estimateSchema)
  @Refuses(400, 413, 415, 422)
  estimateRun(@Body({ schema: runRequestSchema }) request: RunRequest): Promise<Estimate> {
    return estimateRun(request, { store: this.store, catalogue: this.catalogue });
  }

  @Get()
  @ApiOperation({ summary: 'Runs, newest first' })
  @Answers(200, 'One page', runPageSchema)
  @Refuses(422)
  listRuns(@Query({ schema: runListQuerySchema }) query: RunListQuery): Promise<RunPage> {
    return this.store.runs.list(query);
  }

  @Get(':id')
  @RunId()
  @ApiOperation({ summary: 'One run' })
  @Answers(200, 'The run', runViewSchema)
  @Refuses(404)
  getRun(@Param('id') id: string): Promise<RunView> {
    return this.store.runs.get(runId(id));
  }

  @Get(':id/result')
  @RunId()
  @ApiOperation({ summary: 'What a succeeded run found' })
  @Answers(200, 'The result file', resultSchema, { headers: { ETag: 'for If-None-Match' } })
  @ApiResponse({ status: 304, description: 'Not Modified' })
  @Refuses(404)
  getResult(@Param('id') id: string): Promise<Result> {
    return this.store.runs.result(runId(id));
  }

  @Get(':id/files/:name')
  @RunId()
  @ApiParam({ name: 'name', description: 'as the result names it under `artifacts`', schema: { type: 'string' } })
  @ApiOperation({ summary: 'A file that a succeeded run left behind' })
  @ApiResponse({
    status: 200,
    description: 'The file',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Refuses(404)
  async getFile(
    @Param('id') id: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    const { bytes, mediaType } = await this.store.runs.file(runId(id), name);
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    return new StreamableFile(bytes, { type: mediaType, length: bytes.length });
  }

  @Post(':id/codes')
  @HttpCode(200)
  @RunId()
  @ApiOperation({ summary: 'Code new prompts with an autoencoder that a run of head codes left behind' })
  @Answers(200, 'By prompt and head; the same prompts are coded once', promptCodesSchema)
  @Refuses(400, 404, 409, 413, 415, 422)
  codePrompts(
    @Param('id') id: string,
    @Body({ schema: codePromptsSchema }) prompts: CodePrompts,
  ): Promise<PromptCodes> {
    return codePrompts(runId(id), prompts, { store: this.store, scheduler: this.scheduler });
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RunId()
  @ApiOperation({ summary: 'Stop a run' })
  @Answers(202, 'The run as it now stands; a running one ends within seconds', runViewSchema)
  @Refuses(404, 409)
  cancelRun(@Param('id') id: string): Promise<RunView> {
    return cancelRun(runId(id), { store: this.store, scheduler: this.scheduler });
  }

  @Get(':id/events')
  @RunId()
  @ApiOperation({ summary: 'Follow a run (server-sent events, each a RunEvent)' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Go on after this event' })
  @ApiResponse({
    status: 200,
    description: 'Events until the run has ended',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 204, description: 'The run has ended and the client has seen it all' })
  @Refuses(404, 422)
  async followRun(
    @Param('id') id: string,
    @Headers('last-event-id') after: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.streams.send(runId(id), eventId(after), response);
  }
}

/** Event ids are decimal numbers that Postgres keeps in 64 bits. */
function eventId(after: string | undefined): string | undefined {
  if (after === undefined || after === '') return undefined;
  if (!/^\d{1,18}$/.test(after)) throw invalidInput('Last-Event-ID is no event id.', 'Send one that this API gave.');
  return after;
}
