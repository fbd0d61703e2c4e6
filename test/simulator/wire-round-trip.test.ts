/** Every operation and every modelled error of every client goes through the wire and back unchanged. */
import type { HttpHandler } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import { openRequestHandler } from '../../src/simulator/request-handler.ts';
import { ServiceError } from '../../src/simulator/service.ts';
import { openServiceWire } from '../../src/simulator/wire.ts';
import type { OperationModel } from '../../src/simulator/wire-model.ts';
import { readServiceModel } from '../../src/simulator/wire-model.ts';
import { openSamples } from './schema-samples.ts';

const ROUNDS = 3;

const CLIENTS = [
  { signingName: 'iam', load: () => import('@aws-sdk/client-iam'), client: 'IAMClient', operations: 180, errors: 38 },
  { signingName: 'sts', load: () => import('@aws-sdk/client-sts'), client: 'STSClient', operations: 12, errors: 15 },
  { signingName: 'organizations', load: () => import('@aws-sdk/client-organizations'), client: 'OrganizationsClient', operations: 63, errors: 50 },
  { signingName: 'cloudtrail', load: () => import('@aws-sdk/client-cloudtrail'), client: 'CloudTrailClient', operations: 60, errors: 86 },
  { signingName: 'config', load: () => import('@aws-sdk/client-config-service'), client: 'ConfigServiceClient', operations: 102, errors: 57 },
  { signingName: 'account', load: () => import('@aws-sdk/client-account'), client: 'AccountClient', operations: 18, errors: 7 },
  { signingName: 'events', load: () => import('@aws-sdk/client-eventbridge'), client: 'EventBridgeClient', operations: 57, errors: 13 },
  { signingName: 'sns', load: () => import('@aws-sdk/client-sns'), client: 'SNSClient', operations: 42, errors: 34 },
  { signingName: 'kms', load: () => import('@aws-sdk/client-kms'), client: 'KMSClient', operations: 56, errors: 48 },
];

type Exchange = { received?: unknown; output: unknown; error?: ServiceError };
type AnyClient = { send: (command: unknown) => Promise<Record<string, unknown>> };

/** A handler that decodes, notes what it read, and answers what it was told. */
async function openEcho(signingName: string, exchange: Exchange): Promise<HttpHandler> {
  const wire = await openServiceWire(signingName);
  if (wire === undefined) throw new Error(`no wire for ${signingName}`);
  return openRequestHandler(async (request) => {
    const { operation, input } = await wire.parseRequest(request);
    exchange.received = input;
    const { error } = exchange;
    const response = error === undefined ? wire.renderOutput(operation, exchange.output, 'id') : wire.renderError(error, 'id');
    return { kind: 'reply', ...response };
  });
}

/** The clients have no common type that names their commands, so they are looked up by name. */
function construct(module: object, name: string, argument: unknown): unknown {
  const constructor: unknown = Reflect.get(module, name);
  if (typeof constructor !== 'function') throw new Error(`${name} is not exported`);
  return Reflect.construct(constructor, [argument]);
}

function withoutMetadata(output: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== '$metadata'));
}

describe.each(CLIENTS)('$signingName', ({ signingName, load, client, operations, errors }) => {
  it('carries every operation and every error', async () => {
    const module = await load();
    const model = readServiceModel(module);
    const exchange: Exchange = { output: {} };
    const sender = construct(module, client, {
      region: 'us-east-1',
      maxAttempts: 1,
      disableHostPrefix: true,
      credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' },
      requestHandler: await openEcho(signingName, exchange),
    }) as AnyClient;
    const samples = openSamples(42);
    const send = (operation: OperationModel, input: unknown) => sender.send(construct(module, `${operation.name}Command`, input));

    let carried = 0;
    for (const operation of model.operations.values()) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const input = samples.sample(operation.input);
        // A global endpoint of EventBridge is signed by an algorithm that the SDK does not bring along.
        delete input['EndpointId'];
        exchange.output = samples.sample(operation.output);
        const output = withoutMetadata(await send(operation, input));
        expect(exchange.received, `${operation.name} input`).toEqual(input);
        expect(output, `${operation.name} output`).toEqual(exchange.output);
      }
      carried += 1;
    }

    let refused = 0;
    const [operation] = [...model.operations.values()].filter(({ input }) => input.isStructSchema());
    if (operation === undefined) throw new Error('no operation with an input');
    for (const code of model.errors.keys()) {
      if (typeof Reflect.get(module, code) !== 'function' || code === client.replace('Client', 'ServiceException')) continue;
      exchange.error = new ServiceError(code, 'no <&> entry');
      await expect(send(operation, samples.sample(operation.input)), code).rejects.toMatchObject({ name: code, message: 'no <&> entry' });
      refused += 1;
    }
    expect({ carried, refused }).toEqual({ carried: operations, refused: errors });
  });
});
