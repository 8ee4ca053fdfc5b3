import { reportError } from './output/report-error.js';
import { createProgram } from './program.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads us, as `head` does, has seen enough.
  process.exit(error.code === 'EPIPE' ? 0 : reportError(error));
});
process.on('uncaughtException', (error) => process.exit(reportError(error)));

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
