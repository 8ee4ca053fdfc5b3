import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { recordPlacements } from '@patchbay/transformer';
import { timeByOperator } from './profile.js';
import type { Measurement } from './measure.js';

/** Patchbay's side: one run through the public library in a process of its own. */

const { values } = parseArgs({
  options: {
    request: { type: 'string' },
    home: { type: 'string' },
    memory: { type: 'string' },
    profile: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const { request: json = '{}', home = '', memory: budget, out = '' } = values;
const request = runRequestSchema.parse(JSON.parse(json));
const run = () =>
  discover(
    { request, modelSource: request.model },
    { home, memoryBytes: budget === undefined ? undefined : Number(budget) },
  );
const { value, placements } = values.profile
  ? await recordPlacements(run)
  : { value: await run(), placements: undefined };
const { nodes, edges, seconds, memory, manifest, tables } = value;
const measurement: Measurement = {
  seconds: seconds.compute,
  peakBytes: memory.peakBytes,
  scores: { ...nodes, ...edges },
  versions: { patchbay: manifest.patchbay, onnxruntime: manifest.engine.onnxruntime, node: manifest.machine.node },
  estimate: manifest.estimate,
  ...(placements && { profile: timeByOperator(placements) }),
  ...(tables['steps'] && { steps: tables['steps'].rows as NonNullable<Measurement['steps']> }),
};
writeFileSync(out, JSON.stringify(measurement));
