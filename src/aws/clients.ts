/** The SDK clients of one identity: the only place that constructs any. Each is loaded and made on first use; retries and pacing are not theirs. */
import { state as sdkNotices } from '@aws-sdk/core/client';
import type { HttpHandler } from '@smithy/core/protocols';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import type { RunId } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';
import { openChainCredentials, openFixedCredentials, SILENT_LOGGER, type ClientOptions, type Credentials } from './credentials.ts';
import { isLoopback, type ServiceId } from './endpoint.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { HOME_REGIONS, partitionOf } from './partition.ts';
import { openNetworkHandler, type Network } from './request-handler.ts';
import type * as accountSdk from './sdk/account.ts';
import type * as cloudTrailSdk from './sdk/cloudtrail.ts';
import type * as configServiceSdk from './sdk/config-service.ts';
import type * as eventBridgeSdk from './sdk/eventbridge.ts';
import type * as iamSdk from './sdk/iam.ts';
import type * as kmsSdk from './sdk/kms.ts';
import type * as organizationsSdk from './sdk/organizations.ts';
import type * as snsSdk from './sdk/sns.ts';
import type * as stsSdk from './sdk/sts.ts';

/** How requests leave: over the network, or into the embedded AWS, which has no other way out. */
export type Transport = Network | { kind: 'rehearsal'; requestHandler: HttpHandler; credentials: AwsCredentialIdentity };

type Loaded<Sdk, Client> = Promise<{ sdk: Sdk; client: Client }>;
type Iam = typeof iamSdk;
type Sts = typeof stsSdk;
type Organizations = typeof organizationsSdk;
type CloudTrail = typeof cloudTrailSdk;
type ConfigService = typeof configServiceSdk;
type Account = typeof accountSdk;
type EventBridge = typeof eventBridgeSdk;
type Sns = typeof snsSdk;
type Kms = typeof kmsSdk;

/** A client of each service with its operations; Regional services by Region. */
export type Clients = {
  iam(): Loaded<Iam, InstanceType<Iam['IAMClient']>>;
  sts(): Loaded<Sts, InstanceType<Sts['STSClient']>>;
  organizations(): Loaded<Organizations, InstanceType<Organizations['OrganizationsClient']>>;
  cloudTrail(region: string): Loaded<CloudTrail, InstanceType<CloudTrail['CloudTrailClient']>>;
  configService(region: string): Loaded<ConfigService, InstanceType<ConfigService['ConfigServiceClient']>>;
  account(): Loaded<Account, InstanceType<Account['AccountClient']>>;
  eventBridge(region: string): Loaded<EventBridge, InstanceType<EventBridge['EventBridgeClient']>>;
  sns(region: string): Loaded<Sns, InstanceType<Sns['SNSClient']>>;
  kms(region: string): Loaded<Kms, InstanceType<Kms['KMSClient']>>;
  /** The key id that signs now. */
  readAccessKeyId(): Promise<string>;
  signedBy: Set<string>;
};

/** `rootzero-7f3a-91c2`: at most 50 characters (AWS SDKs and Tools Reference, "Application ID"), so that CloudTrail shows `app/rootzero-7f3a-91c2`. */
const applicationIdOf = (runId: RunId | null): string => (runId === null ? 'rootzero' : `rootzero-${runId}`);

/** One value per key, made once; a failure is forgotten, so that the next call tries again. */
function remember<Value>(make: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const made = new Map<string, Promise<Value>>();
  return (key) => {
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    made.set(key, value);
    value.catch(() => made.delete(key));
    return value;
  };
}

/** One way to the network for all identities and sessions over the same transport, so that they share their connections. */
const networkHandlers = new WeakMap<Transport, (path: string) => Promise<HttpHandler>>();

function networkHandlerOf(transport: Transport): (path: string) => Promise<HttpHandler> {
  const handler = networkHandlers.get(transport) ?? remember((path) => openNetworkHandler(networkOf(transport), path === 'direct' ? 'direct' : 'proxied'));
  networkHandlers.set(transport, handler);
  return handler;
}

/**
 * Opens the clients of an identity. Nothing is loaded or sent before the first call. Global services are signed in the home Region of the
 * partition, which an endpoint override would otherwise change; STS is Regional, since the global endpoint does not know every operation.
 * @param given credentials in place of the identity's own: those of a session in another account
 */
export function openClients(settings: IdentitySettings, transport: Transport, runId: RunId | null, given: Credentials | null = null): Clients {
  sdkNotices.warningEmitted = true;
  const home = HOME_REGIONS[partitionOf(settings.region)];
  const networkHandler = networkHandlerOf(transport);

  const optionsFor = async (region: string, endpoint: string | undefined): Promise<ClientOptions> => {
    const isDirect = endpoint !== undefined && isLoopback(endpoint);
    return {
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      requestHandler: transport.kind === 'rehearsal' ? transport.requestHandler : await networkHandler(isDirect ? 'direct' : 'proxied'),
      userAgentAppId: applicationIdOf(runId),
      maxAttempts: 1,
      ignoreConfiguredEndpointUrls: true,
      logger: SILENT_LOGGER,
    };
  };
  const openOwn = (): Credentials =>
    transport.kind === 'rehearsal'
      ? openFixedCredentials(transport.credentials)
      : openChainCredentials(settings, transport, (service) => optionsFor(settings.region, service === 'sts' ? settings.endpoints.sts : undefined));
  const credentials = given ?? openOwn();

  const configure = async (service: ServiceId, region: string): Promise<ClientOptions & ServiceOptions> => {
    const endpoint = settings.endpoints[service];
    const isStandard = endpoint === undefined && transport.kind === 'network';
    return {
      ...(await optionsFor(region, endpoint)),
      credentials: credentials.provide,
      retryMode: 'standard',
      defaultsMode: 'standard',
      ...(settings.profile === null || !isStandard ? {} : { profile: settings.profile }),
      ...(isStandard ? {} : { useFipsEndpoint: false, useDualstackEndpoint: false }),
    };
  };

  const iam = remember(async (region) =>
    load(await import('./sdk/iam.ts'), await configure('iam', region), (sdk, options) => new sdk.IAMClient(options)),
  );
  const sts = remember(async (region) =>
    load(await import('./sdk/sts.ts'), await configure('sts', region), (sdk, options) => new sdk.STSClient(options)),
  );
  const organizations = remember(async (region) =>
    load(await import('./sdk/organizations.ts'), await configure('organizations', region), (sdk, options) => new sdk.OrganizationsClient(options)),
  );
  const cloudTrail = remember(async (region) =>
    load(await import('./sdk/cloudtrail.ts'), await configure('cloudtrail', region), (sdk, options) => new sdk.CloudTrailClient(options)),
  );
  const configService = remember(async (region) =>
    load(await import('./sdk/config-service.ts'), await configure('config_service', region), (sdk, options) => new sdk.ConfigServiceClient(options)),
  );
  const account = remember(async (region) =>
    load(await import('./sdk/account.ts'), await configure('account', region), (sdk, options) => new sdk.AccountClient(options)),
  );
  const eventBridge = remember(async (region) =>
    load(await import('./sdk/eventbridge.ts'), await configure('eventbridge', region), (sdk, options) => new sdk.EventBridgeClient(options)),
  );
  const sns = remember(async (region) =>
    load(await import('./sdk/sns.ts'), await configure('sns', region), (sdk, options) => new sdk.SNSClient(options)),
  );
  const kms = remember(async (region) =>
    load(await import('./sdk/kms.ts'), await configure('kms', region), (sdk, options) => new sdk.KMSClient(options)),
  );

  return {
    iam: () => iam(home.iam),
    sts: () => sts(settings.region),
    organizations: () => organizations(home.organizations),
    cloudTrail,
    configService,
    account: () => account(home.account),
    eventBridge,
    sns,
    kms,
    readAccessKeyId: async () => (await credentials.provide()).accessKeyId,
    signedBy: credentials.signedBy,
  };
}

type ServiceOptions = {
  credentials: Provider<AwsCredentialIdentity>;
  retryMode: 'standard';
  defaultsMode: 'standard';
  profile?: string;
  useFipsEndpoint?: boolean;
  useDualstackEndpoint?: boolean;
};

function load<Sdk, Client, Options>(sdk: Sdk, options: Options, make: (sdk: Sdk, options: Options) => Client): { sdk: Sdk; client: Client } {
  return { sdk, client: make(sdk, options) };
}

/** A rehearsal has its own handler; one that asks for the network is stopped before anything is sent. */
function networkOf(transport: Transport): Network {
  if (transport.kind === 'network') return transport;
  throw problem('endpoint/live-in-rehearsal');
}
