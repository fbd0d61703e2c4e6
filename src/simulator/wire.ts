/** Which service speaks which protocol, and its schemas, loaded on first use. Knows the wire of every service and the behaviour of none. */
import type { ServiceError } from './service.ts';
import { jsonProtocol, restJsonProtocol } from './wire-json.ts';
import type { ParsedRequest, Protocol, ServiceModel, WireRequest, WireResponse } from './wire-model.ts';
import { readServiceModel } from './wire-model.ts';
import { queryProtocol } from './wire-query.ts';

export type ServiceWire = {
  parseRequest: (request: WireRequest) => Promise<ParsedRequest>;
  renderOutput: (operation: ParsedRequest['operation'], output: unknown, requestId: string) => WireResponse;
  renderError: (error: ServiceError, requestId: string) => WireResponse;
};

type WireSource = { protocol: Protocol; xmlNamespace?: string; load: () => Promise<object> };

/** By signing name, which is what the credential scope of a request carries. */
const SOURCES: Record<string, WireSource> = {
  iam: { protocol: queryProtocol, xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/', load: () => import('@aws-sdk/client-iam') },
  sts: { protocol: queryProtocol, xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/', load: () => import('@aws-sdk/client-sts') },
  organizations: { protocol: jsonProtocol, load: () => import('@aws-sdk/client-organizations') },
  cloudtrail: { protocol: jsonProtocol, load: () => import('@aws-sdk/client-cloudtrail') },
  config: { protocol: jsonProtocol, load: () => import('@aws-sdk/client-config-service') },
  account: { protocol: restJsonProtocol, load: () => import('@aws-sdk/client-account') },
  events: { protocol: jsonProtocol, load: () => import('@aws-sdk/client-eventbridge') },
  sns: { protocol: queryProtocol, xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/', load: () => import('@aws-sdk/client-sns') },
  kms: { protocol: jsonProtocol, load: () => import('@aws-sdk/client-kms') },
};

const wires = new Map<string, Promise<ServiceWire>>();

/** The wire of the service that signs under this name; undefined when there is none. */
export function openServiceWire(signingName: string): Promise<ServiceWire> | undefined {
  const source = Object.hasOwn(SOURCES, signingName) ? SOURCES[signingName] : undefined;
  if (source === undefined) return undefined;
  const wire = wires.get(signingName) ?? source.load().then((module) => bindWire(source.protocol, readServiceModel(module, source.xmlNamespace)));
  wires.set(signingName, wire);
  return wire;
}

/** An error for a request that belongs to no service, in the format that its sender seems to read. */
export function renderUnroutedError(request: WireRequest, error: ServiceError, requestId: string): WireResponse {
  const protocol = (request.headers['content-type'] ?? '').includes('json') ? jsonProtocol : queryProtocol;
  return protocol.renderError(error, { xmlNamespace: '', operations: new Map(), errors: new Map() }, requestId);
}

function bindWire(protocol: Protocol, model: ServiceModel): ServiceWire {
  return {
    parseRequest: (request) => protocol.parseRequest(request, model),
    renderOutput: (operation, output, requestId) => protocol.renderOutput(operation, output, model, requestId),
    renderError: (error, requestId) => protocol.renderError(error, model, requestId),
  };
}
