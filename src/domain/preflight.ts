/** The preflight: how credentials, organization and detection stand, from what was read of them. Pure; reads nothing and shows nothing. */
import type { FoundTrail } from './alert.ts';
import { CONFIG_RULE_UNSUPPORTED_REGIONS, SCP_MAX_CHARACTERS, SCP_SLOTS_PER_TARGET, type ConfigRecorderState } from './guardrail.ts';
import type { Observed } from './observed.ts';
import {
  byAdvice, byCommand, inOrder, inTheWay, judge, notApplicable, notTold, type Judgement, type PreflightArea, type PreflightFinding, type PreflightId,
} from './preflight-finding.ts';
import { assessPoliciesOnAssumeRoot, assessPoliciesOnRoot, assessPolicySlots, type PolicyLevel } from './preflight-policies.ts';
import type { ExitCode } from './problem.ts';
import { isRoot, type AccountPlace, type Caller, type CentralRootAccess } from './root-user.ts';

/** One read that was tried; `true` when AWS answered. */
export type TriedRead = Observed<true>;

export type PreflightFacts = {
  reading: Caller;
  /** The root session: the one given, or the reading identity where that is root itself. */
  root: Caller | null;
  readingReads: TriedRead[];
  rootReads: TriedRead[];
  place: Observed<AccountPlace>;
  hasAllFeatures: Observed<boolean>;
  isScpEnabled: Observed<boolean>;
  trustedServices: Observed<string[]>;
  centralAccess: Observed<CentralRootAccess>;
  path: Observed<PolicyLevel[]>;
  /** Where IAM's events land, and where the Config rule goes. */
  region: string;
  eventHistory: TriedRead;
  trails: Observed<FoundTrail[]>;
  recorder: Observed<ConfigRecorderState>;
};

const IAM_PRINCIPAL = 'iam.amazonaws.com';
/** Which policy has the permission that is lacking. */
const permissionsOf = (command: string, identity = 'reading') => byCommand(`rootzero permissions ${command} --for ${identity}`, 'prints what to allow');
const OTHER_READER = byCommand('rootzero doctor --profile PROFILE', 'with a role that may read');
const FROM_MANAGEMENT = byCommand('rootzero doctor --profile PROFILE', 'with a role of the management account');

function assessReadingIdentity({ reading }: PreflightFacts): Judgement {
  if (reading.kind === 'root-key') return inTheWay('The reading identity is a root access key. It must not be signed by what is to be removed, and nobody else would witness the removal.', OTHER_READER);
  if (isRoot(reading)) return inTheWay('The reading identity is root itself: nobody else would witness the removal.', OTHER_READER);
  return inOrder(`A ${reading.kind === 'federated' ? 'federated session' : reading.kind} reads, not root.`);
}

function assessReads(reads: TriedRead[], identity: 'reading' | 'root', command: string): Judgement {
  const refused = reads.filter((read) => !read.known);
  const denied = refused.filter(({ because }) => because === 'aws/access-denied' || because === 'credentials/root-session-unusable');
  if (denied.length > 0) return inTheWay(`AWS denies ${denied.map(({ source }) => source).join(', ')}.`, permissionsOf(command, identity));
  if (refused.length > 0) return notTold(`No answer to ${refused.map(({ source, because }) => `${source} (${because})`).join(', ')}.`, byAdvice('Run the command again.'));
  return inOrder(`AWS answers ${reads.map(({ source }) => source).join(', ')}. What would change something was not tried.`);
}

function assessRootIdentity({ root, reading }: PreflightFacts): Judgement {
  if (root !== null) return inOrder(root.kind === 'root-key' ? 'A root access key signs as root. rootzero will not deactivate it.' : 'A root session signs as root.');
  if (reading.partition === 'aws-cn') return notApplicable('Accounts in China have no root user credentials.');
  if (reading.partition === 'aws-us-gov') return notTold('No root session was given. Root has no sign-in in GovCloud.', byCommand('rootzero doctor --root-profile root', 'with the root access key in that profile'));
  return notTold('No root session was given; without one keys can be neither listed nor changed.', byCommand('aws login --profile root', 'as root, then rootzero doctor --root-profile root'));
}

const assessRootReads = (facts: PreflightFacts): Judgement => (facts.root === null ? notApplicable('There is no root session to try.') : assessReads(facts.rootReads, 'root', 'apply'));

function assessPlace({ place }: PreflightFacts): Judgement {
  return judge(place, 'The organization', permissionsOf('check'), (value) => {
    if (value.kind === 'standalone') return inOrder('The account stands alone: no service control policies, no centralized root access.');
    if (value.kind === 'management') return inOrder(`The account manages organization ${value.organization}. No service control policy acts on it.`);
    return inOrder(`The account is a member of ${value.organization}, managed by ${value.managementAccount}.`);
  });
}

/** What only the management account can set, told there alone. */
function inOrganization({ place }: PreflightFacts, isAskedOfMembers: boolean, assess: (kind: 'management' | 'member') => Judgement): Judgement {
  if (!place.known) return notTold('Where the account stands is not known.', permissionsOf('check'));
  if (place.value.kind === 'standalone') return notApplicable('The account stands alone.');
  if (place.value.kind === 'member' && !isAskedOfMembers) return notApplicable(`The management account ${place.value.managementAccount} decides.`);
  return assess(place.value.kind);
}

const ENABLE_ALL = byCommand('aws organizations enable-all-features', 'then every member accepts');

const assessFeatures = (facts: PreflightFacts): Judgement => inOrganization(facts, true, (kind) =>
  judge(facts.hasAllFeatures, 'The feature set', FROM_MANAGEMENT, (isOn) =>
    (isOn ? inOrder('The organization has all features.') : inTheWay('The organization has consolidated billing only: neither service control policies nor centralized root access.', kind === 'management' ? ENABLE_ALL : FROM_MANAGEMENT))));

const assessPolicyType = (facts: PreflightFacts): Judgement => inOrganization(facts, false, () =>
  judge(facts.isScpEnabled, 'The policy types', permissionsOf('doctor'), (isOn) =>
    (isOn ? inOrder('Service control policies are enabled.') : inTheWay('Service control policies are not enabled.', byCommand('aws organizations enable-policy-type --policy-type SERVICE_CONTROL_POLICY --root-id ROOT', 'with the id from aws organizations list-roots')))));

const assessTrust = (facts: PreflightFacts): Judgement => inOrganization(facts, false, () =>
  judge(facts.trustedServices, 'Trusted access', permissionsOf('doctor'), (services) =>
    (services.includes(IAM_PRINCIPAL) ? inOrder('IAM has trusted access to the organization.') : inTheWay('IAM has no trusted access to the organization, which centralized root access needs.', byCommand(`aws organizations enable-aws-service-access --service-principal ${IAM_PRINCIPAL}`)))));

const assessCentralAccess = (facts: PreflightFacts): Judgement => inOrganization(facts, true, (kind) => {
  if (kind === 'member' && !facts.centralAccess.known && facts.centralAccess.because === 'facts/asked-elsewhere') return notApplicable('Only the management account and IAM’s delegated administrator can tell.');
  return judge(facts.centralAccess, 'Centralized root access', permissionsOf('doctor'), ({ credentialsManagement, rootSessions }) => {
    if (!credentialsManagement) return inTheWay('RootCredentialsManagement is off: root keys of members cannot be listed and deleted from here.', byCommand('aws iam enable-organizations-root-credentials-management', 'after trusted access'));
    return inOrder(`RootCredentialsManagement is on. RootSessions is ${rootSessions ? 'on' : 'off; only the unlocking of bucket and queue policies needs it'}.`);
  });
});

/** Policies on the way to the account itself; nothing acts on the management account. */
const onPath = (facts: PreflightFacts, assess: (path: PolicyLevel[]) => Judgement): Judgement => inOrganization(facts, true, (kind) =>
  (kind === 'management'
    ? notApplicable('No service control policy acts on the management account.')
    : judge(facts.path, 'The policies on the way to this account', byCommand(`aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id ${facts.reading.account}`, 'from the management account, for the account and each of its parents'), assess)));

const assessEventHistory = ({ eventHistory, region }: PreflightFacts): Judgement =>
  judge(eventHistory, `CloudTrail’s Event history in ${region}`, permissionsOf('plan'), () => inOrder(`CloudTrail’s Event history answers in ${region}: management events of 90 days.`));

const assessTrail = ({ trails, region }: PreflightFacts): Judgement =>
  judge(trails, `The trails of ${region}`, permissionsOf('doctor'), (found) => {
    const recording = found.filter(({ isLogging, managementEvents }) => isLogging && (managementEvents === 'all' || managementEvents === 'write-only'));
    if (recording.length > 0) return inOrder(`Trail ${recording.map(({ arn }) => arn).join(', ')} logs in ${region}: alerts can fire.`);
    const stopped = found.find(({ isLogging }) => !isLogging);
    if (stopped !== undefined) return inTheWay(`Trail ${stopped.arn} does not log: no alert would ever fire, and nothing is kept beyond 90 days.`, byCommand(`aws cloudtrail start-logging --region ${region} --name ${stopped.arn}`));
    const [partial] = found;
    if (partial !== undefined) return inTheWay(`Trail ${partial.arn} records no changes: no alert would ever fire.`, byCommand(`aws cloudtrail put-event-selectors --region ${region} --trail-name ${partial.arn} --event-selectors ReadWriteType=All,IncludeManagementEvents=true`));
    return inTheWay(`No trail covers ${region}: no alert would ever fire, and nothing is kept beyond 90 days.`, byCommand(`aws cloudtrail create-trail --region ${region} --is-multi-region-trail --name NAME --s3-bucket-name BUCKET`, 'then aws cloudtrail start-logging'));
  });

const assessRecorder = ({ recorder, region }: PreflightFacts): Judgement =>
  judge(recorder, `AWS Config in ${region}`, permissionsOf('plan'), (state) => {
    if (CONFIG_RULE_UNSUPPORTED_REGIONS.includes(region)) return inTheWay(`${region} does not offer the Config rule.`, byCommand('rootzero plan --config-region us-east-1'));
    if (state === 'recording') return inOrder(`AWS Config records in ${region}.`);
    if (state === 'stopped') return inTheWay(`AWS Config’s recorder in ${region} is stopped: the rule would not be evaluated.`, byCommand(`aws configservice start-configuration-recorder --region ${region} --configuration-recorder-name NAME`));
    return inTheWay(
      `AWS Config has no recorder of the account’s own in ${region}${state === 'none' ? '' : ', only one of an AWS service'}: the rule cannot be put.`,
      byCommand(`aws configservice put-configuration-recorder --region ${region} --configuration-recorder name=default,roleARN=ROLE`, 'or leave the rule out: rootzero plan --no-config'),
    );
  });

/** Organizations and CloudTrail User Guides, "Quotas", as of 2026-11-23; the policy quotas were doubled on 2026-05-15. */
const QUOTAS = inOrder(
  `As of 2026-11-23: ${SCP_SLOTS_PER_TARGET} service control policies on a target and ${SCP_MAX_CHARACTERS} characters each (since 2026-05-15); 2 look-ups of events a second in each Region; 15 minutes for an AssumeRoot session; 2 access keys of root.`,
);

const ASSESSMENTS: readonly [PreflightArea, PreflightId, (facts: PreflightFacts) => Judgement][] = [
  ['credentials', 'reading-identity', assessReadingIdentity],
  ['credentials', 'reading-permissions', (facts) => assessReads(facts.readingReads, 'reading', 'plan')],
  ['credentials', 'root-identity', assessRootIdentity],
  ['credentials', 'root-permissions', assessRootReads],
  ['organization', 'place', assessPlace],
  ['organization', 'all-features', assessFeatures],
  ['organization', 'policy-type', assessPolicyType],
  ['organization', 'trusted-access', assessTrust],
  ['organization', 'central-root-access', assessCentralAccess],
  ['organization', 'policies-on-root', (facts) => onPath(facts, (path) => assessPoliciesOnRoot(path, facts.reading))],
  ['organization', 'policies-on-assume-root', (facts) => onPath(facts, assessPoliciesOnAssumeRoot)],
  ['organization', 'policy-slots', (facts) => onPath(facts, assessPolicySlots)],
  ['detection', 'event-history', assessEventHistory],
  ['detection', 'trail', assessTrail],
  ['detection', 'config-recorder', assessRecorder],
  ['limits', 'quotas', () => QUOTAS],
];

/** Every finding, in the order in which one would look. */
export const assessPreflight = (facts: PreflightFacts): PreflightFinding[] => ASSESSMENTS.map(([area, id, assess]) => ({ id, area, ...assess(facts) }));

/** 1 when something is in the way, else 2 when something could not be told, else 0. */
export const exitCodeOfPreflight = (findings: readonly PreflightFinding[]): ExitCode =>
  (findings.some(({ state }) => state === 'in-the-way') ? 1 : findings.some(({ state }) => state === 'unknown') ? 2 : 0);
