/** Credentials of one identity from the SDK's own chain, and the record of every key id that signs. Never shows or keeps a secret. */
import type { HttpHandler } from '@smithy/core/protocols';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { problem } from '../domain/problem.ts';
import { renamed, toProblem } from './aws-errors.ts';
import type { IdentitySettings } from './identity-settings.ts';
import type { Network } from './request-handler.ts';

/** Everything that a client needs besides credentials. */
export type ClientOptions = {
  region: string;
  endpoint?: string;
  requestHandler: HttpHandler;
  userAgentAppId: string;
  maxAttempts: 1;
  ignoreConfiguredEndpointUrls: true;
  logger: Logger;
};

const silence = (): void => undefined;
/** The SDK's own warnings never reach the screen. */
export const SILENT_LOGGER: Logger = { trace: silence, debug: silence, info: silence, warn: silence, error: silence };

export type Credentials = { provide: () => Promise<AwsCredentialIdentity>; signedBy: Set<string> };

/** Fixed credentials, as a rehearsal has them, and a session in a member account: its ids go on the list of whoever opened it. */
export function openFixedCredentials(fixed: AwsCredentialIdentity, signedBy = new Set<string>()): Credentials {
  const provide = (): Promise<AwsCredentialIdentity> => {
    signedBy.add(fixed.accessKeyId);
    return Promise.resolve(fixed);
  };
  return { provide, signedBy };
}

/**
 * The default chain with the identity's profile: environment, SSO, `aws login` sessions, roles (with MFA), processes, containers, instances.
 * Roles are assumed at the identity's own STS endpoint; sign-in services are asked at AWS itself, whatever endpoint is configured.
 * @param optionsFor options of a client for `sts`, or for the sign-in services
 */
export function openChainCredentials(
  settings: IdentitySettings,
  network: Network,
  optionsFor: (service: 'sts' | 'sign-in') => Promise<ClientOptions>,
): Credentials {
  const signedBy = new Set<string>();
  const readMfaCode = (serial: string): Promise<string> => {
    if (network.readMfaCode !== null) return network.readMfaCode(serial);
    return Promise.reject(problem('credentials/mfa-needed', { detail: `The device is ${serial}.` }));
  };
  const openChain = async (): Promise<() => Promise<AwsCredentialIdentity>> => {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    const { region: _, ...clientConfig } = await optionsFor('sign-in');
    return fromNodeProviderChain({
      ...settings.files,
      ...(settings.profile === null ? {} : { profile: settings.profile }),
      ignoreCache: true,
      logger: SILENT_LOGGER,
      clientConfig,
      mfaCodeProvider: readMfaCode,
      roleAssumer: async (source, parameters) => {
        signedBy.add(source.accessKeyId);
        const sdk = await import('./sdk/sts.ts');
        return sdk.getDefaultRoleAssumer(await optionsFor('sts'))(source, parameters);
      },
      roleAssumerWithWebIdentity: async (parameters) => {
        const sdk = await import('./sdk/sts.ts');
        return sdk.getDefaultRoleAssumerWithWebIdentity(await optionsFor('sts'))(parameters);
      },
    });
  };
  let chain: Promise<() => Promise<AwsCredentialIdentity>> | undefined;
  const provide = async (): Promise<AwsCredentialIdentity> => {
    chain ??= openChain();
    try {
      const identity = await (await chain)();
      signedBy.add(identity.accessKeyId);
      return identity;
    } catch (error) {
      const found = toProblem(error, `credentials of ${settings.name}`, settings.signInCommand);
      // A token file that is gone or a credential process that broke is not a defect of rootzero.
      throw found.code === 'tool/defect' ? renamed('credentials/missing', found) : found;
    }
  };
  return { provide, signedBy };
}
