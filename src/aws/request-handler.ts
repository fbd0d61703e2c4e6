/** The way to the network: timeouts, corporate proxies, own certificate authorities. Knows no service and no credentials. */
import type { HttpHandler } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { problem } from '../domain/problem.ts';
import type { Settings } from './endpoint.ts';

export type Network = {
  kind: 'network';
  /** Proxy variables are looked for here; the agent itself reads them, NO_PROXY included, from the process. */
  environment: Settings;
  /** PEM text of AWS_CA_BUNDLE; it replaces the built-in authorities, as in the AWS CLI. */
  certificateAuthorities: string | null;
  /** Asks for the code of an MFA device, by its serial; null where there is nobody to ask. */
  readMfaCode: ((serial: string) => Promise<string>) | null;
  /** Refuses every endpoint that is not on loopback; for rehearsals over the network. */
  onlyLoopback: boolean;
};

const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

const hasProxy = (environment: Settings): boolean => PROXY_VARIABLES.some((name) => Boolean(environment[name] ?? environment[name.toLowerCase()]));

/** Sends nothing. */
const REFUSING_HANDLER: HttpHandler = {
  handle: () => Promise.reject(problem('endpoint/live-in-rehearsal')),
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
};

/** Opens a handler; a direct one for loopback, which never goes through a proxy. */
export async function openNetworkHandler(network: Network, path: 'direct' | 'proxied'): Promise<HttpHandler> {
  if (path === 'proxied' && network.onlyLoopback) return REFUSING_HANDLER;
  const authorities = network.certificateAuthorities === null ? {} : { ca: network.certificateAuthorities };
  if (path === 'direct' || !hasProxy(network.environment)) return new NodeHttpHandler({ ...TIMEOUTS, httpsAgent: authorities });
  const { ProxyAgent } = await import('proxy-agent');
  const agent = new ProxyAgent({ keepAlive: true, ...authorities });
  return new NodeHttpHandler({ ...TIMEOUTS, httpAgent: agent, httpsAgent: agent });
}
