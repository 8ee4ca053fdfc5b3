import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from './to-problem.js';

/**
 * Middleware: without tokens, what protects the API is that no web page can reach it. `Host` must be a name of this
 * machine with our port (a page that rebinds its own name to 127.0.0.1 still sends that name), and what a browser says
 * of a request's origin must be us.
 * @param hosts `host:port` as browsers write them; asked for at each request, since port 0 is known only after listening
 */
export function ownPagesOnly(hosts: () => ReadonlySet<string>) {
  return (request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void => {
    const { host, origin } = request.headers;
    const own = hosts();
    if (host === undefined || !own.has(host.toLowerCase())) {
      next(refusal(403, 'The Host header names another machine.', `Open http://${[...own][0]} instead.`));
    } else if (origin !== undefined && ![...own].some((name) => origin === `http://${name}`)) {
      next(refusal(403, `Pages of ${origin} may not use this API.`, 'Use the dashboard, the CLI or a script.'));
    } else if (isFromElsewhere(request)) {
      next(refusal(403, 'Other web pages may not use this API.', 'Use the dashboard, the CLI or a script.'));
    } else {
      next();
    }
  };
}

/** What a browser says in `Sec-Fetch-Site`. A link to a page of the dashboard may be followed from anywhere. */
function isFromElsewhere({ headers, method, url }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  const opensPage =
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return !opensPage || isApiPath(url);
}

/** As Express routes: in capitals as well. */
export const isApiPath = (url: string | undefined): boolean => /^\/v1(?:[/?]|$)/i.test(url ?? '');

/** The names under which a browser on this machine can reach a loopback port. */
export function loopbackHosts(host: string, port: number): Set<string> {
  const configured = host.includes(':') ? `[${host}]` : host.toLowerCase();
  const names = [configured, '127.0.0.1', 'localhost', '[::1]'];
  return new Set(names.flatMap((name) => (port === 80 ? [`${name}:80`, name] : [`${name}:${port}`])));
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
