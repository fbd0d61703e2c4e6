/** One identity at AWS as the rest of rootzero sees it: every reader and writer over the same clients. */
import type { AccountId, RunId } from '../domain/identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallPolicy, Cloud } from '../ports/cloud.ts';
import { openCallerReader, type RootOf } from './caller.ts';
import { openCalls } from './calls.ts';
import { openCentralRootAccessReader, openCentralRootAccessWriter } from './central-root-access.ts';
import { openClients, type Transport } from './clients.ts';
import type { Credentials } from './credentials.ts';
import { openConfigReader, openConfigWriter } from './config-rules.ts';
import { openReportReader } from './credential-report.ts';
import { openEventRuleReader, openEventRuleWriter } from './event-rules.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { openOrganizationSettingsReader } from './organization-settings.ts';
import { openOrganizationRuleReader, openOrganizationRuleWriter } from './organization-rules.ts';
import { openOrganizationTrailReader } from './organization-trail.ts';
import { openOrganizationTreeReader } from './organization-tree.ts';
import { openOrganizationTrustReader, openOrganizationTrustWriter } from './organization-trust.ts';
import { openOrganizationReader, openOrganizationWriter } from './organizations.ts';
import { partitionOf } from './partition.ts';
import { openRegionReader } from './regions.ts';
import { openRootCredentialReader, openRootCredentialWriter } from './root-credentials.ts';
import { openRootKeyReader, openRootKeyWriter } from './root-keys.ts';
import { openSessions } from './sessions.ts';
import { openTopicReader, openTopicWriter } from './topics.ts';
import { openTrailReader } from './trail-lookup.ts';
import { openTrailStateReader } from './trails.ts';

export type CloudDeps = {
  transport: Transport;
  policy: CallPolicy;
  clock: Clock;
  /** Named in the user agent, where it is known. */
  runId: RunId | null;
};

/** Calls in another account do not share the rates of whoever opened the session. */
const inLanesOf = (account: AccountId, policy: CallPolicy): CallPolicy =>
  ({ run: (lane, effect, call) => policy.run({ ...lane, name: `${account}/${lane.name}` }, effect, call) });

/**
 * Opens an identity; nothing is read or sent before the first call.
 * @param given credentials in place of the identity's own: those of a session in another account
 * @param rootOf whose root user those credentials are of
 */
export function openCloud(settings: IdentitySettings, deps: CloudDeps, given: Credentials | null = null, rootOf: RootOf | null = null): Cloud {
  const { transport, policy, clock, runId } = deps;
  const clients = openClients(settings, transport, runId, given);
  const calls = openCalls(policy, settings.signInCommand);
  const callers = openCallerReader(clients, calls, rootOf);
  const sessions = openSessions(clients, calls, clock, settings.region);
  const openThere = (account: AccountId, name: string, credentials: Credentials, root: RootOf | null): Cloud =>
    openCloud({ ...settings, name }, { ...deps, policy: inLanesOf(account, policy) }, credentials, root);
  return {
    name: settings.name,
    endpoint: settings.endpoint,
    signedBy: () => clients.signedBy,
    inAccount: (account, roleName) => openThere(account, `${roleName} in ${account}`, sessions.ofRole(account, roleName), null),
    inRootSession: (account, task) => openThere(account, `root of ${account}`, sessions.ofRoot(account, task), { account, partition: partitionOf(settings.region) }),
    reader: {
      readCaller: callers.readCaller,
      ...openRootKeyReader(clients, calls, callers),
      ...openRootCredentialReader(clients, calls, callers),
      ...openCentralRootAccessReader(clients, calls),
      ...openReportReader(clients, calls, clock),
      ...openRegionReader(clients, calls, settings.region),
      ...openTrailReader(clients, calls),
      ...openOrganizationReader(clients, calls, callers),
      ...openOrganizationSettingsReader(clients, calls),
      ...openOrganizationTrailReader(clients, calls),
      ...openOrganizationTreeReader(clients, calls),
      ...openOrganizationTrustReader(clients, calls),
      ...openConfigReader(clients, calls),
      ...openOrganizationRuleReader(clients, calls),
      ...openTrailStateReader(clients, calls),
      ...openEventRuleReader(clients, calls),
      ...openTopicReader(clients, calls),
    },
    writer: {
      ...openRootKeyWriter(clients, calls, callers),
      ...openRootCredentialWriter(clients, calls, callers),
      ...openCentralRootAccessWriter(clients, calls),
      ...openOrganizationWriter(clients, calls),
      ...openOrganizationTrustWriter(clients, calls),
      ...openConfigWriter(clients, calls),
      ...openOrganizationRuleWriter(clients, calls),
      ...openEventRuleWriter(clients, calls),
      ...openTopicWriter(clients, calls),
    },
  };
}
