import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, type OpenAPIObject } from '@nestjs/swagger';

/** Holds the document, which can only be made once the application knows its routes. */
export class OpenApiDocument {
  content: OpenAPIObject | undefined;
}

@ApiTags('platform')
@Controller('v1')
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get('openapi.json')
  @ApiOperation({ summary: 'This document' })
  @ApiOkResponse({ description: 'OpenAPI 3.0', schema: { type: 'object' } })
  openapi(): OpenAPIObject | undefined {
    return this.document.content;
  }
}
