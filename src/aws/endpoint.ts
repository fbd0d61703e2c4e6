/** Endpoint overrides of one identity: which service goes where, and whether that host is allowed. Knows configuration as maps, never files. */
import { problem } from '../domain/problem.ts';

/** The services that rootzero calls, as the shared configuration names them (AWS SDKs and Tools Reference, "Service-specific endpoints"). */
export const SERVICES = ['iam', 'sts', 'organizations', 'cloudtrail', 'config_service', 'account', 'eventbridge', 'sns', 'kms'] as const;
export type ServiceId = (typeof SERVICES)[number];
export type Endpoints = Partial<Record<ServiceId, string>>;

export type Settings = Readonly<Record<string, string | undefined>>;
/** `services` is the section that the profile's `services` setting names. */
export type EndpointSources = { environment: Settings; profile: Settings; services: Settings };

/** `127.0.0.0/8`, `::1` and `localhost`. */
export function isLoopback(endpoint: string): boolean {
  const host = new URL(endpoint).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isIgnoring({ environment, profile }: EndpointSources): boolean {
  const setting = environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? profile['ignore_configured_endpoint_urls'];
  return setting?.toLowerCase() === 'true';
}

function configuredFor(service: ServiceId, { environment, profile, services }: EndpointSources): string | undefined {
  const candidates = [
    environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`],
    environment['AWS_ENDPOINT_URL'],
    services[`${service}.endpoint_url`],
    profile['endpoint_url'],
  ];
  return candidates.find((candidate) => candidate !== undefined && candidate !== '');
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw problem('endpoint/malformed', { detail: `${JSON.stringify(text)} is not an http or https URL without credentials in it.` });
  }
  return url;
}

/**
 * The overrides that apply, in the precedence of every AWS SDK: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services`
 * section, the profile's `endpoint_url`. The environment wins over a profile that was named on the command line too; it cannot do so
 * unseen, since every override is checked here and shown (see `describeEndpoints`).
 * @throws Problem `endpoint/malformed`; `endpoint/overridden` for a host that is neither on loopback nor among `allowed` (host or host:port)
 */
export function resolveEndpoints(sources: EndpointSources, allowed: readonly string[]): Endpoints {
  if (isIgnoring(sources)) return {};
  const allowedHosts = new Set(allowed.map((host) => host.toLowerCase()));
  const endpoints: Endpoints = {};
  for (const service of SERVICES) {
    const text = configuredFor(service, sources);
    if (text === undefined) continue;
    const url = parseEndpoint(text);
    if (!isLoopback(text) && !allowedHosts.has(url.hostname) && !allowedHosts.has(url.host)) {
      throw problem('endpoint/overridden', {
        detail: `${service} would go to ${url.origin}.`,
        nextStep: `Remove the override, or allow it by name: --allow-endpoint ${url.hostname}`,
      });
    }
    endpoints[service] = text;
  }
  return endpoints;
}

/** The overrides in one line for people, `http://127.0.0.1:4600`, with the services where not all go there; null when there are none. */
export function describeEndpoints(endpoints: Endpoints): string | null {
  const byOrigin = new Map<string, ServiceId[]>();
  for (const service of SERVICES) {
    const endpoint = endpoints[service];
    if (endpoint === undefined) continue;
    const { origin } = new URL(endpoint);
    byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), service]);
  }
  const parts = [...byOrigin].map(([origin, services]) => (services.length === SERVICES.length ? origin : `${origin} (${services.join(', ')})`));
  return parts.length === 0 ? null : parts.join(', ');
}
