/** A request handler for SDK clients that answers as a test scripts it, byte for byte: for answers that no well-behaved service gives. */
import { HttpResponse, type HttpHandler, type HttpRequest } from '@smithy/core/protocols';

export type SeenRequest = {
  host: string;
  /** `ListAccessKeys`, whatever the wire. */
  operation: string;
  accessKeyId: string;
  region: string;
  userAgent: string;
  body: string;
  parameters: URLSearchParams;
};

export type Reply = { status?: number; headers?: Record<string, string>; body: string | Uint8Array } | Error;

export type ScriptedHandler = HttpHandler & { seen: SeenRequest[] };

function see(request: HttpRequest): SeenRequest {
  const body = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
  const parameters = new URLSearchParams(body);
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers['authorization'] ?? '');
  return {
    host: request.hostname,
    operation: parameters.get('Action') ?? request.headers['x-amz-target']?.split('.').at(-1) ?? request.path.slice(1),
    accessKeyId: scope?.[1] ?? '',
    region: scope?.[2] ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    body,
    parameters,
  };
}

/** Every answer carries a request id, as AWS's do, unless the script gives headers of its own. */
export function openScriptedHandler(script: (request: SeenRequest, count: number) => Reply): ScriptedHandler {
  const seen: SeenRequest[] = [];
  return {
    seen,
    handle: (request) => {
      const asked = see(request);
      seen.push(asked);
      const reply = script(asked, seen.length);
      if (reply instanceof Error) return Promise.reject(reply);
      const { status = 200, headers = { 'x-amzn-requestid': `request-${seen.length}` }, body } = reply;
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      return Promise.resolve({ response: new HttpResponse({ statusCode: status, headers, body: bytes }) });
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** An answer of a query service: `<ListAccessKeysResponse><ListAccessKeysResult>…`. */
export const queryAnswer = (operation: string, result: string): Reply => ({
  body: `<${operation}Response xmlns="https://example.test/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${operation}Response>`,
});

export const queryError = (code: string, message: string, status = 400): Reply => ({
  status,
  body: `<ErrorResponse xmlns="https://example.test/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

export const jsonAnswer = (value: unknown): Reply => ({ body: JSON.stringify(value) });

export const jsonError = (code: string, message: string, status = 400): Reply => ({ status, body: JSON.stringify({ __type: code, message }) });

export const HTML_PAGE = '<!DOCTYPE html><html><head><title>Proxy</title></head><body><p>Please sign in<br></p></body></html>';

/** What STS says about root of 111122223333. */
export const rootIdentity: Reply = queryAnswer('GetCallerIdentity', '<Arn>arn:aws:iam::111122223333:root</Arn><UserId>111122223333</UserId><Account>111122223333</Account>');
