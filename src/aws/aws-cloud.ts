/** One identity at AWS as the rest of rootzero sees it: every reader and writer over the same clients. */
import type { RunId } from '../domain/identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallPolicy, Cloud } from '../ports/cloud.ts';
import { openCallerReader } from './caller.ts';
import { openCalls } from './calls.ts';
import { openClients, type Transport } from './clients.ts';
import { openConfigReader, openConfigWriter } from './config-rules.ts';
import { openReportReader } from './credential-report.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { openOrganizationReader, openOrganizationWriter } from './organizations.ts';
import { openOrganizationTrailReader } from './organization-trail.ts';
import { openRegionReader } from './regions.ts';
import { openRootKeyReader, openRootKeyWriter } from './root-keys.ts';
import { openTrailReader } from './trail-lookup.ts';

export type CloudDeps = {
  transport: Transport;
  policy: CallPolicy;
  clock: Clock;
  /** Named in the user agent, where it is known. */
  runId: RunId | null;
};

/** Opens an identity; nothing is read or sent before the first call. */
export function openCloud(settings: IdentitySettings, { transport, policy, clock, runId }: CloudDeps): Cloud {
  const clients = openClients(settings, transport, runId);
  const calls = openCalls(policy, settings.signInCommand);
  const callers = openCallerReader(clients, calls);
  return {
    name: settings.name,
    endpoint: settings.endpoint,
    signedBy: () => clients.signedBy,
    reader: {
      readCaller: callers.readCaller,
      ...openRootKeyReader(clients, calls, callers),
      ...openReportReader(clients, calls, clock),
      ...openRegionReader(clients, calls, settings.region),
      ...openTrailReader(clients, calls),
      ...openOrganizationReader(clients, calls, callers),
      ...openOrganizationTrailReader(clients, calls),
      ...openConfigReader(clients, calls),
    },
    writer: {
      ...openRootKeyWriter(clients, calls, callers),
      ...openOrganizationWriter(clients, calls),
      ...openConfigWriter(clients, calls),
    },
  };
}
