import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { selectCircuit, writeCircuit } from '@patchbay/circuit';
import {
  type AddCircuit,
  addCircuitSchema,
  type CircuitListQuery,
  circuitListQuerySchema,
  type CircuitPage,
  circuitPageSchema,
  type CircuitView,
  circuitViewSchema,
  isCircuitName,
  notFound,
  PatchbayError,
} from '@patchbay/contracts';
import type { ServerResponse } from 'node:http';
import { Answers, Refuses } from '../openapi/answers.js';
import { type ApiStore, type Catalogue, CATALOGUE, STORE } from '../parts.js';
import { type ExportQuery, exportQuerySchema } from './export-query.js';
import { makeCircuit } from './make-circuit.js';

@ApiTags('circuits')
@Controller('v1/circuits')
export class StoredCircuitsController {
  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a circuit under a name: from a file, or from what a run found' })
  @Answers(201, 'The circuit', circuitViewSchema, { headers: { Location: 'address of the circuit' } })
  @Refuses(400, 409, 413, 415, 422)
  async addCircuit(
    @Body({ schema: addCircuitSchema }) circuit: AddCircuit,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<CircuitView> {
    if (this.catalogue.references.some(({ id }) => id === circuit.name)) {
      throw new PatchbayError('conflict', `${circuit.name} is a reference circuit.`, 'Choose another name.');
    }
    const made = await makeCircuit(circuit, { store: this.store, catalogue: this.catalogue });
    const added = await this.store.circuits.add(made);
    response.setHeader('Location', `/v1/circuits/${added.name}`);
    return added;
  }

  @Get()
  @ApiOperation({ summary: 'Circuits by name: all, those of a model, those that contain a head or MLP' })
  @Answers(200, 'One page', circuitPageSchema)
  @Refuses(422)
  listCircuits(@Query({ schema: circuitListQuerySchema }) query: CircuitListQuery): Promise<CircuitPage> {
    return this.store.circuits.list(query);
  }

  @Get(':name')
  @ApiOperation({ summary: 'One circuit, without its edges' })
  @Answers(200, 'The circuit', circuitViewSchema)
  @Refuses(404)
  getCircuit(@Param('name') name: string): Promise<CircuitView> {
    return this.store.circuits.get(circuitName(name));
  }

  @Get(':name/file')
  @ApiOperation({ summary: 'A circuit as a file of another program' })
  @ApiResponse({ status: 200, description: 'The file', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Refuses(404, 422)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async getCircuitFile(
    @Param('name') name: string,
    @Query({ schema: exportQuerySchema }) { format, ...selection }: ExportQuery,
  ): Promise<string> {
    const { model } = await this.store.circuits.get(circuitName(name));
    const circuit = selectCircuit(await this.store.circuits.circuit(name), selection);
    return writeCircuit(circuit, format, { slug: name, scan: model });
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a circuit; runs that evaluated it keep its hash' })
  @ApiResponse({ status: 204, description: 'It is gone' })
  @Refuses(404)
  async deleteCircuit(@Param('name') name: string): Promise<void> {
    await this.store.circuits.delete(circuitName(name));
  }
}

/** Anything but a name that can be given names no circuit, and does not reach the database. */
function circuitName(name: string): string {
  if (!isCircuitName(name))
    throw notFound('There is no circuit by that name.', 'List the circuits with GET /v1/circuits.');
  return name;
}
