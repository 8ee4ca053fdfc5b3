import { log } from '@patchbay/contracts/log';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { toProblem } from './to-problem.js';

/** Seconds after which a client may try again when a part of the platform is down. */
const RETRY_AFTER = '5';

/** The one place where a failure becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const problem = toProblem(thrown);
    if (problem.status >= 500) {
      const { method, url } = response.req;
      log('error', problem.detail, { request: `${method} ${url}`, status: problem.status, error: thrown });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.statusCode = problem.status;
    response.setHeader('Content-Type', 'application/problem+json');
    if (problem.status === 503) response.setHeader('Retry-After', RETRY_AFTER);
    // The rest of a body that was refused is not read: the connection cannot be used again.
    if (!response.req.complete) response.setHeader('Connection', 'close');
    response.end(JSON.stringify(problem));
  }
}
