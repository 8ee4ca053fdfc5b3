import { reportError } from './output/report-error.js';
import { createProgram } from './program.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
