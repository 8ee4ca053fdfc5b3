import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceSchema, PatchbayError } from '@patchbay/contracts';
import { compareDevices, type Entry, leftToCpu, type Parity, WHOLE_SET, TOLERANCE } from './compare-devices.js';

/** `npm run parity:cuda`: holds a device of this machine against its cpu and prints a table. */

const line = (...cells: (string | number)[]): void => {
  const widths = [58, 8, 14, 10, 10, 0];
  process.stdout.write(`${cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join(' ')}\n`);
};

function report([method, params]: Entry, { scores, largestDifference, seconds, placements }: Parity): boolean {
  const left = leftToCpu(placements).map(({ operator, nodes }) => `${operator} (${nodes})`);
  const time = [seconds.cpu, seconds.device].map((s) => `${s.toFixed(2)} s`);
  const what = `${method} ${JSON.stringify(params)}`;
  line(what, scores, largestDifference.toExponential(1), ...time, left.join(', ') || 'none');
  return largestDifference < TOLERANCE;
}

const home = mkdtempSync(join(tmpdir(), 'patchbay-parity-'));
try {
  const device = deviceSchema.parse(process.argv[2]);
  line('method', 'scores', 'largest diff.', 'cpu', device, 'numbers left to the cpu');
  const agree: boolean[] = [];
  for (const entry of WHOLE_SET) agree.push(report(entry, await compareDevices(device, entry, home)));
  const failed = agree.filter((agrees) => !agrees).length;
  process.stdout.write(`${agree.length - failed} agree within ${TOLERANCE}, ${failed} do not\n`);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (thrown) {
  const { message, action } = PatchbayError.of(thrown);
  process.stderr.write(`${message}\n${action}\n`);
  process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true });
}
