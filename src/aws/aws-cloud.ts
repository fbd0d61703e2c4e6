/** One identity at AWS as the rest of rootzero sees it: every reader and writer over the same clients. */
import type { RunId } from '../domain/identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallPolicy, Cloud } from '../ports/cloud.ts';
import { openRoleCredentials } from './assumed-role.ts';
import { openCallerReader } from './caller.ts';
import { openCentralRootAccessReader } from './central-root-access.ts';
import { openCalls } from './calls.ts';
import { openClients, type Transport } from './clients.ts';
import type { Credentials } from './credentials.ts';
import { openConfigReader, openConfigWriter } from './config-rules.ts';
import { openReportReader } from './credential-report.ts';
import { openEventRuleReader, openEventRuleWriter } from './event-rules.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { openOrganizationSettingsReader } from './organization-settings.ts';
import { openOrganizationRuleReader, openOrganizationRuleWriter } from './organization-rules.ts';
import { openOrganizationReader, openOrganizationWriter } from './organizations.ts';
import { partitionOf } from './partition.ts';
import { openOrganizationTrailReader } from './organization-trail.ts';
import { openRegionReader } from './regions.ts';
import { openRootKeyReader, openRootKeyWriter } from './root-keys.ts';
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

/**
 * Opens an identity; nothing is read or sent before the first call.
 * @param role credentials of a role that the identity assumes, in place of its own
 */
export function openCloud(settings: IdentitySettings, deps: CloudDeps, role: Credentials | null = null): Cloud {
  const { transport, policy, clock, runId } = deps;
  const clients = openClients(settings, transport, runId, role);
  const calls = openCalls(policy, settings.signInCommand);
  const callers = openCallerReader(clients, calls);
  return {
    name: settings.name,
    endpoint: settings.endpoint,
    signedBy: () => clients.signedBy,
    inAccount: (account, roleName) => {
      const target = { account, partition: partitionOf(settings.region), roleName };
      return openCloud({ ...settings, name: `${roleName} in ${account}` }, deps, openRoleCredentials(clients, calls, clock, target));
    },
    reader: {
      readCaller: callers.readCaller,
      ...openRootKeyReader(clients, calls, callers),
      ...openCentralRootAccessReader(clients, calls),
      ...openReportReader(clients, calls, clock),
      ...openRegionReader(clients, calls, settings.region),
      ...openTrailReader(clients, calls),
      ...openOrganizationReader(clients, calls, callers),
      ...openOrganizationSettingsReader(clients, calls),
      ...openOrganizationTrailReader(clients, calls),
      ...openConfigReader(clients, calls),
      ...openOrganizationRuleReader(clients, calls),
      ...openTrailStateReader(clients, calls),
      ...openEventRuleReader(clients, calls),
      ...openTopicReader(clients, calls),
    },
    writer: {
      ...openRootKeyWriter(clients, calls, callers),
      ...openOrganizationWriter(clients, calls),
      ...openConfigWriter(clients, calls),
      ...openOrganizationRuleWriter(clients, calls),
      ...openEventRuleWriter(clients, calls),
      ...openTopicWriter(clients, calls),
    },
  };
}
