/** The awsJson1_1 and restJson1 protocols, server side. Generic over schemas; knows no operation. */
import { JsonCodec2 } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from './service.ts';
import type { ErrorModel, OperationModel, Protocol, ServiceModel, WireRequest, WireResponse } from './wire-model.ts';
import { requireRootPath } from './wire-model.ts';
import { scalarDeserializer } from './wire-query.ts';

const TIMESTAMP_EPOCH_SECONDS = 7;
const TIMESTAMPS = { useTrait: true, default: TIMESTAMP_EPOCH_SECONDS } as const;
const rpcCodec = new JsonCodec2({ timestampFormat: TIMESTAMPS, httpBindings: false, jsonName: false });
const restCodec = new JsonCodec2({ timestampFormat: TIMESTAMPS, httpBindings: true, jsonName: true });

export const jsonProtocol: Protocol = {
  async parseRequest(request, model) {
    requireRootPath(request);
    const target = request.headers['x-amz-target'] ?? '';
    const operation = model.operations.get(target.slice(target.lastIndexOf('.') + 1));
    if (operation === undefined) throw new ServiceError('UnknownOperationException', `Unknown operation ${target}`, 400);
    return { operation, input: await parseBody(rpcCodec, operation.input, request.body) };
  },
  renderOutput: (operation, output, _model, requestId) => renderJson(rpcCodec, operation, output, requestId, 200, 'application/x-amz-json-1.1'),
  renderError: (error, model, requestId) => {
    return renderJsonError(error, error.status, model.errors.get(error.code), requestId, 'application/x-amz-json-1.1');
  },
};

export const restJsonProtocol: Protocol = {
  async parseRequest(request, model) {
    const { operation, labels } = matchPath(request, model);
    const input = await parseBody(restCodec, operation.input, request.body);
    if (operation.input.isStructSchema()) {
      for (const [name, member] of operation.input.structIterator()) {
        const value = parseBinding(member, name, labels, request.query);
        if (value !== undefined) input[name] = value;
      }
    }
    return { operation, input };
  },
  renderOutput: (operation, output, _model, requestId) => {
    return renderJson(restCodec, operation, output, requestId, operation.http?.status ?? 200, 'application/json');
  },
  renderError: (error, model, requestId) => {
    const modelled = model.errors.get(error.code);
    return renderJsonError(error, modelled?.httpStatus ?? error.status, modelled, requestId, 'application/json');
  },
};

async function parseBody(codec: JsonCodec2, schema: NormalizedSchema, body: Uint8Array): Promise<Record<string, unknown>> {
  if (!schema.isStructSchema() || body.length === 0) return {};
  try {
    const input: unknown = await codec.createDeserializer().read(schema, new TextDecoder().decode(body));
    return isRecord(input) ? input : {};
  } catch {
    throw new ServiceError('SerializationException', 'The request body could not be read as JSON of the expected shape.', 400);
  }
}

function renderJson(
  codec: JsonCodec2, operation: OperationModel, output: unknown, requestId: string, status: number, contentType: string,
): WireResponse {
  const headers = { 'content-type': contentType, 'x-amzn-requestid': requestId };
  if (!operation.output.isStructSchema()) return { status, headers, body: new TextEncoder().encode('{}') };
  const serializer = codec.createSerializer();
  serializer.write(operation.output, output ?? {});
  return { status, headers, body: serializer.flush() };
}

function renderJsonError(
  error: ServiceError, status: number, model: ErrorModel | undefined, requestId: string, contentType: string,
): WireResponse {
  const body = { __type: error.code, [model?.messageMember ?? 'message']: error.message, ...error.extra };
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': error.code, 'x-amzn-requestid': requestId },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

function matchPath(request: WireRequest, model: ServiceModel): { operation: OperationModel; labels: Record<string, string> } {
  const segments = request.path.split('/').filter((segment) => segment !== '');
  for (const operation of model.operations.values()) {
    if (operation.http?.method !== request.method) continue;
    const labels = matchSegments(operation.http.path, segments);
    if (labels !== undefined) return { operation, labels };
  }
  throw new ServiceError('UnknownOperationException', `Unknown operation ${request.method} ${request.path}`, 404);
}

function matchSegments(template: string, segments: string[]): Record<string, string> | undefined {
  const parts = (template.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  if (parts.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) labels[part.slice(1, -1).replace(/\+$/, '')] = decodeURIComponent(segment);
    else if (part !== segment) return undefined;
  }
  return labels;
}

function parseBinding(member: NormalizedSchema, name: string, labels: Record<string, string>, query: URLSearchParams): unknown {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return scalarDeserializer.read(member, labels[name] ?? '');
  if (traits.httpQuery === undefined) return undefined;
  const values = query.getAll(traits.httpQuery);
  if (values.length === 0) return undefined;
  if (member.isListSchema()) return values.map((value): unknown => scalarDeserializer.read(member.getValueSchema(), value));
  return scalarDeserializer.read(member, values[0] ?? '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
