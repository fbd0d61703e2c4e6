/** Reads what the preflight judges, each part by itself, and says it. Changes nothing. */
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME } from '../domain/guardrail.ts';
import { MINUTE_MS, plusMs } from '../domain/instant.ts';
import { unknown } from '../domain/observed.ts';
import { assessPreflight, type PreflightFacts, type TriedRead } from '../domain/preflight.ts';
import type { PreflightFinding } from '../domain/preflight-finding.ts';
import type { PolicyLevel } from '../domain/preflight-policies.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import type { CloudReader } from '../ports/cloud.ts';
import { nowOf, type Session } from './session.ts';
import { identify, observe } from './survey.ts';

const tryRead = (session: Session, source: string, read: () => Promise<unknown>): Promise<TriedRead> =>
  observe<true>(session, source, async () => {
    await read();
    return true;
  });

/** The Region list falls back where it may not be read; here that counts as refused. */
async function tryRegions(session: Session, reader: CloudReader): Promise<TriedRead> {
  const tried = await observe(session, 'account:ListRegions', () => reader.readEnabledRegions());
  if (!tried.known) return tried;
  return tried.value.isComplete ? { ...tried, value: true } : unknown('aws/access-denied', tried.source);
}

/** One page of one short range: whether Event history answers at all. */
async function readOnePage(session: Session, reader: CloudReader, region: string): Promise<void> {
  const to = nowOf(session);
  const pages = reader.readRootEvents({ region, attribute: 'Username', value: 'root', from: plusMs(to, -MINUTE_MS), to });
  await pages[Symbol.asyncIterator]().next();
}

async function readPolicyLevels(reader: CloudReader, account: string): Promise<PolicyLevel[]> {
  const levels: PolicyLevel[] = [];
  for (const targetId of await reader.readPathTo(account)) levels.push({ targetId, policies: await reader.readAttachedPolicies(targetId) });
  return levels;
}

/** @throws Problem as `readCallers`, and where the credentials are no good at all */
export async function readPreflightFacts(session: Session): Promise<PreflightFacts> {
  const { callers, place } = await identify(session);
  const { reading, root } = callers;
  const { reader } = session.identities.reading;
  const region = iamEventRegion(reading.partition);
  const isMember = place.known && place.value.kind === 'member';
  const isStandalone = place.known && place.value.kind === 'standalone';
  const unasked = (source: string) => Promise.resolve(unknown('facts/not-read', source));
  return {
    reading,
    root: root?.caller ?? null,
    readingReads: [
      await tryRead(session, 'iam:GetAccountSummary', () => reader.readAccountSummary()),
      await tryRead(session, 'iam:GetCredentialReport', () => reader.readCredentialReport()),
      await tryRead(session, 'iam:ListAccountAliases', () => reader.readAccountAlias()),
      await tryRegions(session, reader),
      await tryRead(session, 'config:DescribeConfigRules', () => reader.findConfigRules(region, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER)),
    ],
    rootReads: root === null ? [] : [await tryRead(session, 'iam:ListAccessKeys', () => root.cloud.reader.readRootKeys())],
    place,
    hasAllFeatures: await (isStandalone ? unasked('organizations:DescribeOrganization') : observe(session, 'organizations:DescribeOrganization', () => reader.hasAllFeatures())),
    isScpEnabled: await (isStandalone || isMember ? unasked('organizations:ListRoots') : observe(session, 'organizations:ListRoots', () => reader.isScpEnabled())),
    trustedServices: await (isStandalone || isMember
      ? unasked('organizations:ListAWSServiceAccessForOrganization')
      : observe(session, 'organizations:ListAWSServiceAccessForOrganization', () => reader.readTrustedServices())),
    centralAccess: await (isStandalone ? unasked('iam:ListOrganizationsFeatures') : observe(session, 'iam:ListOrganizationsFeatures', () => reader.readCentralRootAccess())),
    path: await (isMember ? observe(session, 'organizations:ListParents', () => readPolicyLevels(reader, reading.account)) : unasked('organizations:ListParents')),
    region,
    eventHistory: await tryRead(session, 'cloudtrail:LookupEvents', () => readOnePage(session, reader, region)),
    trails: await observe(session, 'cloudtrail:DescribeTrails', () => reader.readTrails(region)),
    recorder: await observe(session, 'config:DescribeConfigurationRecorders', () => reader.readConfigRecorder(region)),
  };
}

/** Reads and judges, and says the findings. */
export async function runPreflight(session: Session): Promise<PreflightFinding[]> {
  const facts = await readPreflightFacts(session);
  const findings = assessPreflight(facts);
  session.ui.emit({ code: 'preflight', account: facts.reading.account, findings });
  return findings;
}
