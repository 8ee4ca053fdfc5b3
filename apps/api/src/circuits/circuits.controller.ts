import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type ReferenceView, referenceViewSchema } from '@patchbay/contracts';
import { z } from 'zod';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, STORE } from '../parts.js';
import { RunId, runId } from '../runs/run-id.js';
import { compareRuns, type RunComparison, runComparisonSchema } from './compare-runs.js';
import { type ExportQuery, exportQuerySchema } from './export-query.js';
import { exportRun } from './export-run.js';

const compareQuerySchema = z.strictObject({ a: z.uuid(), b: z.uuid() });

@ApiTags('circuits')
@Controller('v1')
export class CircuitsController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Get('reference-circuits')
  @ApiOperation({ summary: 'Published and exactly known circuits that results can be scored against' })
  @Answers(200, 'All of them', referenceViewSchema, { isArray: true })
  @Refuses()
  listReferences(): readonly ReferenceView[] {
    return this.catalogue.references;
  }

  @Get('runs/:id/circuit')
  @RunId()
  @ApiOperation({ summary: 'What a run found, as a circuit file of another program' })
  @ApiResponse({ status: 200, description: 'The file', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Refuses(404, 422)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async exportCircuit(
    @Param('id') id: string,
    @Query({ schema: exportQuerySchema }) query: ExportQuery,
  ): Promise<string> {
    return exportRun(await this.store.runs.result(runId(id)), query);
  }

  @Get('comparison')
  @ApiOperation({ summary: 'Two runs: circuits, scores, manifests, and faithfulness where both evaluated a circuit' })
  @Answers(200, 'Where they agree and differ', runComparisonSchema)
  @Refuses(404, 422)
  async compare(
    @Query({ schema: compareQuerySchema }) { a, b }: z.infer<typeof compareQuerySchema>,
  ): Promise<RunComparison> {
    const [first, second] = await Promise.all([this.store.runs.result(a), this.store.runs.result(b)]);
    return compareRuns(first, second);
  }
}
