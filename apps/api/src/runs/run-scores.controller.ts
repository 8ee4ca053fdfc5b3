import { Controller, Get, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SCORE_FORMATS, writeScores } from '@patchbay/methods';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { Refuses } from '../openapi/answers.js';
import { type ApiStore, STORE } from '../parts.js';
import { RunId, runId } from './run-id.js';

const scoresQuerySchema = z.strictObject({
  format: z.enum(SCORE_FORMATS).default('npz').describe('safetensors, NumPy’s npz or CSV; all float64'),
});

const binary = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('runs')
@Controller('v1/runs')
export class RunScoresController {
  constructor(@Inject(STORE) private readonly store: ApiStore) {}

  @Get(':id/scores')
  @RunId()
  @ApiOperation({ summary: 'Scores and per-example values of a succeeded run as arrays with names' })
  @ApiResponse({
    status: 200,
    description: 'The file',
    content: { 'application/octet-stream': binary, 'application/zip': binary, 'text/csv': binary },
  })
  @Refuses(404, 422)
  async getScores(
    @Param('id') id: string,
    @Query({ schema: scoresQuerySchema }) { format }: z.infer<typeof scoresQuerySchema>,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    const { bytes, mediaType } = writeScores(await this.store.runs.result(runId(id)), format);
    response.setHeader('Content-Disposition', `attachment; filename="scores-${id}.${format}"`);
    return new StreamableFile(bytes, { type: mediaType, length: bytes.length });
  }
}
