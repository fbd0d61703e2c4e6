/** The front on loopback HTTP, for the AWS CLI and other people's tools. Listens on 127.0.0.1 only; knows no service. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Answer, WireRequest } from './wire-model.ts';

/** AWS's own limits for these services are far lower. */
const MAX_BODY_BYTES = 1024 * 1024;

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

export type SimulatorServer = {
  port: number;
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** Stops listening and drops open connections. */
  close: () => Promise<void>;
};

/**
 * Serves a simulator until it is closed.
 * @param port 0 for any free port
 * @throws the error of listen, such as EADDRINUSE
 */
export async function openHttpServer(respond: (request: WireRequest) => Promise<Answer>, port = 0): Promise<SimulatorServer> {
  const server = createServer((incoming, outgoing) => {
    serve(respond, incoming, outgoing).catch(() => {
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, 500, 'The simulator failed to answer.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    port: boundPort,
    endpoint: `http://127.0.0.1:${boundPort}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function serve(respond: (request: WireRequest) => Promise<Answer>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  // A page in a browser can reach loopback under a name of its own (DNS rebinding); then the Host header gives it away.
  if (!LOOPBACK_HOST.test(incoming.headers.host ?? '')) return refuse(outgoing, 403, 'Only requests to a loopback host are answered.');
  const url = parseUrl(incoming.url);
  if (url === undefined) return refuse(outgoing, 400, 'The request target is not a path.');
  const body = await readBody(incoming);
  if (body === undefined) return refuse(outgoing, 413, `A body may have at most ${MAX_BODY_BYTES} bytes.`);
  const answer = await respond({
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: singleHeaders(incoming),
    body,
  });
  if (answer.kind === 'connection-lost') incoming.socket.destroy();
  if (answer.kind === 'reply') outgoing.writeHead(answer.status, answer.headers).end(answer.body);
}

function parseUrl(target: string | undefined): URL | undefined {
  return target?.startsWith('/') ? new URL(`http://127.0.0.1${target}`) : undefined;
}

/** The whole body, or undefined when it is too large. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) return undefined;
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function singleHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']));
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'connection': 'close' }).end(`${message}\n`);
}
