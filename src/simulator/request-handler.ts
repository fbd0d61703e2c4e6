/** The front for SDK clients in the same process: their HTTP requests go to the simulator and nowhere else. Holds no socket. */
import type { HttpHandler, HttpRequest } from '@smithy/core/protocols';
import { HttpResponse } from '@smithy/core/transport';
import type { Answer, WireRequest } from './wire-model.ts';

/** A request handler for any SDK client; whatever host a request names, it is answered here. */
export function openRequestHandler(respond: (request: WireRequest) => Promise<Answer>): HttpHandler {
  return {
    async handle(request, options) {
      refuseAborted(options?.abortSignal);
      const answer = await respond(wireRequest(request));
      refuseAborted(options?.abortSignal);
      if (answer.kind === 'connection-lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      // A hanging connection ends in the client's own timeout; here that is said at once, since no real time may pass.
      if (answer.kind === 'no-answer') throw Object.assign(new Error('The request timed out'), { name: 'TimeoutError' });
      return { response: new HttpResponse({ statusCode: answer.status, headers: answer.headers, body: answer.body }) };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function wireRequest(request: HttpRequest): WireRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query)) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) query.append(name, item);
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: request.method, path: request.path, query, headers, body: bodyBytes(request.body) };
}

function bodyBytes(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  throw new TypeError('The simulator reads bodies that are text or bytes, not streams.');
}

function refuseAborted(signal: { aborted: boolean } | undefined): void {
  if (signal?.aborted === true) throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}
