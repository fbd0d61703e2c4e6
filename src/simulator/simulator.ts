/** The embedded AWS: routes each request to its service over one world. Knows neither scenarios nor where a world is kept. */
import type { HttpHandler } from '@smithy/core/protocols';
import type { Clock } from '../ports/clock.ts';
import { playAgenda } from './agenda.ts';
import type { RateLimiter } from './limits.ts';
import { openRateLimiter } from './limits.ts';
import { openRequestHandler } from './request-handler.ts';
import { nextRequestId } from './sequence.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service.ts';
import { internalFailure, performCall, type ObservedCall } from './service-call.ts';
import { accountService } from './services/account.ts';
import { cloudtrailService } from './services/cloudtrail.ts';
import { configService } from './services/config.ts';
import { eventBridgeService } from './services/eventbridge.ts';
import { iamService } from './services/iam.ts';
import { kmsService } from './services/kms.ts';
import { organizationsService } from './services/organizations.ts';
import { snsService } from './services/sns.ts';
import { stsService } from './services/sts.ts';
import type { SignatureScope } from './signature.ts';
import { parseSignatureScope } from './signature.ts';
import type { ServiceWire } from './wire.ts';
import { openServiceWire, renderUnroutedError } from './wire.ts';
import type { Answer, ParsedRequest, WireRequest } from './wire-model.ts';
import { missingMember } from './wire-model.ts';
import type { World } from './world.ts';

export type Simulator = {
  world: World;
  respond: (request: WireRequest) => Promise<Answer>;
  /** For the `requestHandler` of SDK clients; it calls `respond` and never reaches a network. */
  requestHandler: HttpHandler;
};

export type SimulatorOptions = {
  world: World;
  clock: Clock;
  /** Called with the changed world before each reply, so that nothing is answered that could be forgotten. */
  save?: (world: World) => void;
  /** Called with each authenticated call: what somebody who compares calls with permissions listens to. */
  onCall?: (call: ObservedCall) => void;
};

/** All that is called comes from this machine. */
const SOURCE_IP = '127.0.0.1';

const SERVICES: Record<string, Service> = Object.fromEntries(
  [iamService, stsService, accountService, cloudtrailService, configService, organizationsService, eventBridgeService, snsService, kmsService].map((service) => [service.signingName, service]),
);

/** Opens a simulated AWS over a world, which it changes in place. */
export function openSimulator({ world, clock, save, onCall }: SimulatorOptions): Simulator {
  const limiter = openRateLimiter();
  const respond = async (request: WireRequest): Promise<Answer> => {
    const scope = parseSignatureScope(request.headers['authorization']);
    const wire = scope === undefined ? undefined : await openServiceWire(scope.signingName);
    const service = scope === undefined ? undefined : SERVICES[scope.signingName];
    if (scope === undefined || wire === undefined || service === undefined) return refuseUnrouted(world, request, scope);
    const parsed = await parse(wire, request);
    if (world.limits.latencyMs > 0) await clock.sleep(world.limits.latencyMs);
    // No await from here on: the world changes and is saved within one turn.
    const requestId = nextRequestId(world);
    world.now = clock.now();
    playAgenda(world, world.now);
    const answer = parsed instanceof ServiceError
      ? { kind: 'reply' as const, ...wire.renderError(parsed, requestId) }
      : answerCall(world, limiter, { service, wire, scope, request, requestId, onCall }, parsed);
    save?.(world);
    return answer;
  };
  return { world, respond, requestHandler: openRequestHandler(respond) };
}

type RoutedRequest = { service: Service; wire: ServiceWire; scope: SignatureScope; request: WireRequest; requestId: string; onCall: SimulatorOptions['onCall'] };

function answerCall(world: World, limiter: RateLimiter, routed: RoutedRequest, { operation, input }: ParsedRequest): Answer {
  const { service, wire, scope, request, requestId, onCall } = routed;
  const { result, delivery } = performCall(world, limiter, {
    service,
    operation: operation.name,
    input,
    missingMember: missingMember(operation, input),
    accessKeyId: scope.accessKeyId,
    sessionToken: request.headers['x-amz-security-token'],
    region: scope.region,
    userAgent: request.headers['user-agent'] ?? '',
    sourceIp: SOURCE_IP,
    requestId,
    at: world.now,
  }, onCall);
  if (delivery !== 'reply') return { kind: delivery };
  const response = result.kind === 'output'
    ? wire.renderOutput(operation, result.output, requestId)
    : wire.renderError(result.error, requestId);
  return { kind: 'reply', ...response };
}

async function parse(wire: ServiceWire, request: WireRequest): Promise<ParsedRequest | ServiceError> {
  try {
    return await wire.parseRequest(request);
  } catch (error) {
    return error instanceof ServiceError ? error : new ServiceError('SerializationException', internalFailure(error).message, 400);
  }
}

function refuseUnrouted(world: World, request: WireRequest, scope: SignatureScope | undefined): Answer {
  const error = scope === undefined
    ? new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
    : new ServiceError('UnknownService', `The simulator has no service that signs as ${scope.signingName}.`, 404);
  return { kind: 'reply', ...renderUnroutedError(request, error, nextRequestId(world)) };
}
