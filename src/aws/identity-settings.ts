/** One identity's settings: profile, Region, endpoints and how to sign in again. Reads the shared AWS files through the SDK's own parser; never credentials. */
import { join } from 'node:path';
import { parseKnownFiles } from '@smithy/core/config';
import { problem } from '../domain/problem.ts';
import { describeEndpoints, resolveEndpoints, type Endpoints, type Settings } from './endpoint.ts';
import { regionalOf } from './partition.ts';

export type IdentitySettings = {
  /** The profile's name, or `environment` where no profile is in play. */
  name: string;
  /** Profile for the credential chain; null leaves the choice to the chain. */
  profile: string | null;
  region: string;
  endpoints: Endpoints;
  /** The overrides in one line, null when every service is AWS itself. */
  endpoint: string | null;
  /** `aws sso login --profile audit`; null where the profile does not tell how it signs in. */
  signInCommand: string | null;
  /** Where the shared files are; the SDK's default where it is not set. */
  files: { filepath?: string; configFilepath?: string };
};

export type IdentityRequest = {
  profile?: string;
  region?: string;
  environment: Settings;
  /** Hosts that an override may go to besides loopback. */
  allowEndpoints: readonly string[];
};

function locateFiles(environment: Settings): IdentitySettings['files'] {
  const home = environment['HOME'] ?? environment['USERPROFILE'];
  const filepath = environment['AWS_SHARED_CREDENTIALS_FILE'] ?? (home === undefined ? undefined : join(home, '.aws', 'credentials'));
  const configFilepath = environment['AWS_CONFIG_FILE'] ?? (home === undefined ? undefined : join(home, '.aws', 'config'));
  return { ...(filepath === undefined ? {} : { filepath }), ...(configFilepath === undefined ? {} : { configFilepath }) };
}

function signInCommandOf(settings: Settings, suffix: string): string | null {
  if (settings['login_session'] !== undefined) return `aws login${suffix}`;
  return settings['sso_session'] === undefined && settings['sso_start_url'] === undefined ? null : `aws sso login${suffix}`;
}

/**
 * Region: the one given, AWS_REGION, AWS_DEFAULT_REGION, the profile's, us-east-1. Endpoints: see `resolveEndpoints`; they are resolved here,
 * per identity, because the JavaScript SDK does not apply the `endpoint_url` of a profile that is passed in code.
 * @throws Problem `credentials/profile-unknown`, `endpoint/malformed`, `endpoint/overridden`
 */
export async function resolveIdentity(request: IdentityRequest): Promise<IdentitySettings> {
  const { environment } = request;
  const files = locateFiles(environment);
  const sections = new Map(Object.entries(await parseKnownFiles({ ...files, ignoreCache: true })));
  const profile = request.profile ?? (environment['AWS_PROFILE'] || undefined);
  if (profile !== undefined && !sections.has(profile)) {
    throw problem('credentials/profile-unknown', { detail: `${JSON.stringify(profile)} is neither in the config nor in the credentials file.` });
  }
  const settings = sections.get(profile ?? 'default') ?? {};
  const services = settings['services'] === undefined ? {} : sections.get(`services.${settings['services']}`);
  if (services === undefined) {
    throw problem('endpoint/malformed', { detail: `The section [services ${settings['services']}] that the profile names is missing.` });
  }
  const endpoints = resolveEndpoints({ environment, profile: settings, services }, request.allowEndpoints);
  const isFromEnvironment = profile === undefined && (environment['AWS_ACCESS_KEY_ID'] !== undefined || !sections.has('default'));
  return {
    name: isFromEnvironment ? 'environment' : (profile ?? 'default'),
    profile: profile ?? null,
    region: regionalOf(request.region ?? (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || settings['region'] || 'us-east-1')),
    endpoints,
    endpoint: describeEndpoints(endpoints),
    signInCommand: isFromEnvironment ? null : signInCommandOf(settings, profile === undefined ? '' : ` --profile ${profile}`),
    files,
  };
}
