/** What the wire must know of a service, read from the schemas that its SDK client exports. Knows no protocol and no behaviour. */
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { ServiceError } from './service.ts';

/** One HTTP request, whichever front it came through. Header names are in lower case. */
export type WireRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Uint8Array;
};

export type WireResponse = { status: number; headers: Record<string, string>; body: Uint8Array };

/** What a front does with a request: answer it, break the connection after its effect, or leave it hanging without one. */
export type Answer = ({ kind: 'reply' } & WireResponse) | { kind: 'connection-lost' } | { kind: 'no-answer' };

export type OperationModel = {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** Method, path and success status of the HTTP binding; REST protocols only. */
  http?: { method: string; path: string; status: number };
};

export type ErrorModel = {
  /** Code on the wire of the query protocol, and its status there. */
  query?: { code: string; status: number };
  httpStatus?: number;
  /** `message` or `Message`, as the service spells it. */
  messageMember: string;
};

export type ServiceModel = {
  xmlNamespace: string;
  operations: Map<string, OperationModel>;
  /** By shape name, and by query code where that differs. */
  errors: Map<string, ErrorModel>;
};

export type ParsedRequest = { operation: OperationModel; input: Record<string, unknown> };

/** One of the AWS protocols, server side. */
export type Protocol = {
  /** Throws a ServiceError when the request names no operation of the service or cannot be read. */
  parseRequest: (request: WireRequest, model: ServiceModel) => Promise<ParsedRequest>;
  renderOutput: (operation: OperationModel, output: unknown, model: ServiceModel, requestId: string) => WireResponse;
  renderError: (error: ServiceError, model: ServiceModel, requestId: string) => WireResponse;
};

const OPERATION = 9;
const ERROR = -3;

/** Collects operations and errors from the exports of an SDK client's module. */
export function readServiceModel(clientModule: object, xmlNamespace = ''): ServiceModel {
  const model: ServiceModel = { xmlNamespace, operations: new Map(), errors: new Map() };
  for (const value of Object.values(clientModule)) {
    if (isOperation(value)) model.operations.set(value[2], operationModel(value));
    if (isError(value)) {
      const error = errorModel(value);
      model.errors.set(value[2], error);
      if (error.query !== undefined) model.errors.set(error.query.code, error);
    }
  }
  return model;
}

/** Name of the first required member that the input lacks. */
export function missingMember(operation: OperationModel, input: Record<string, unknown>): string | undefined {
  const schema = operation.input.getSchema();
  if (!Array.isArray(schema) || schema[0] !== 3) return undefined;
  const [, , , , names, , requiredCount = 0] = schema;
  return names.slice(0, requiredCount).find((name) => input[name] === undefined || input[name] === null);
}

/** Protocols that name the operation elsewhere have a single path. */
export function requireRootPath(request: WireRequest): void {
  if (request.path !== '/') throw new ServiceError('UnknownOperationException', `There is nothing at ${request.path}`, 404);
}

function operationModel([, , name, traits, input, output]: StaticOperationSchema): OperationModel {
  const http = NormalizedSchema.of([3, 'traits', name, traits, [], []]).getOwnTraits().http;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    ...(http === undefined ? {} : { http: { method: http[0], path: http[1], status: http[2] } }),
  };
}

function errorModel(schema: StaticErrorSchema): ErrorModel {
  const { awsQueryError, httpError } = NormalizedSchema.of(schema).getOwnTraits();
  return {
    messageMember: schema[4].find((name) => name.toLowerCase() === 'message') ?? 'message',
    ...(Array.isArray(awsQueryError) ? { query: { code: String(awsQueryError[0]), status: Number(awsQueryError[1]) } } : {}),
    ...(typeof httpError === 'number' ? { httpStatus: httpError } : {}),
  };
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === OPERATION;
}

function isError(value: unknown): value is StaticErrorSchema {
  return Array.isArray(value) && value[0] === ERROR;
}
