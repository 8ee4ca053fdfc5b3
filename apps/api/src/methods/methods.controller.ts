import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type MethodView, methodViewSchema, notFound } from '@patchbay/contracts';
import { Answers, Refuses } from '../openapi/answers.js';
import { type Catalogue, CATALOGUE } from '../parts.js';

@ApiTags('methods')
@Controller('v1/methods')
export class MethodsController {
  constructor(@Inject(CATALOGUE) private readonly catalogue: Catalogue) {}

  @Get()
  @ApiOperation({ summary: 'Methods with their parameters' })
  @Answers(200, 'All of them', methodViewSchema, { isArray: true })
  @Refuses()
  listMethods(): readonly MethodView[] {
    return this.catalogue.methods;
  }

  @Get(':id')
  @ApiOperation({ summary: 'One method; its parameters as JSON Schema' })
  @Answers(200, 'The method', methodViewSchema)
  @Refuses(404)
  getMethod(@Param('id') id: string): MethodView {
    const method = this.catalogue.methods.find((known) => known.id === id);
    if (!method) throw notFound('There is no method by that id.', 'List the methods with GET /v1/methods.');
    return method;
  }
}
