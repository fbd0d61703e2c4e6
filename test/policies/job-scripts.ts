/** Command lines that show what each command calls: every scenario's own script, and the ways off it. Data only; a new command adds its lines here. */
import { alertingOf } from '../../src/simulator/alerting.ts';
import { KEY } from '../../src/simulator/scenarios/cast.ts';
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import type { Account, World } from '../../src/simulator/world.ts';

/** `{plan}`, `{digest}` and `{acknowledge-all}` stand for what they do in a scenario's own script, `{run}` for the newest run. */
export type JobScript = { scenario: string; commands: readonly (readonly string[])[]; trouble?: (world: World) => void };

const PLAN = ['plan', '--out', '{plan}', '{acknowledge-all}'];
const APPLY = ['apply', '{plan}', '--approve', '{digest}'];
const UNIT = ['--scp-target', 'ou-ex4m-sandbox1'];
const ACCOUNT = ['--scp-target', '222233334444'];

/** A key of a root user who signs in with a second factor. */
const addMfa = (world: World): void => {
  for (const { root } of Object.values(world.accounts)) root.mfa = 'virtual';
};
/** Nobody who could list root's keys. */
const removeRootSession = (world: World): void => {
  delete world.profiles['root'];
};
/** A member whose root key was used, by what its events say. */
const useMemberKey = (world: World): void => {
  const [accountId, accessKeyId, at] = ['444455556666', 'AKIAEXAMPLEROOT09MEM', world.now - 86_400_000];
  addMfa(world);
  world.accounts[accountId]?.root.keys.push({ id: accessKeyId, status: 'Active', createdAt: at });
  recordRootCall(world, { accountId, accessKeyId, service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp: '10.9.8.7', userAgent: 'Boto3/1.26', isReadOnly: true }, at);
};
/** The first call of the operation does not get through, so that the run stops there and `resume` makes it. */
const refuseOnce = (operation: string) => (world: World): void => {
  world.faults.push({ operation, kind: 'access-denied', skip: 0, remaining: 1 });
};

/** A member that may look around in its organization. */
const delegate = (accountId: string) => (world: World): void => {
  world.organization?.delegatedAdministrators.push({ accountId, servicePrincipal: 'iam.amazonaws.com' });
};

const MEMBER_OF_MANY = '200002000006';

/** Root credentials managed centrally, and a member whose root key was used. */
const manageCentrally = (world: World): void => {
  world.organization?.trustedServices.push('iam.amazonaws.com');
  world.organization?.rootFeatures.push('RootCredentialsManagement');
  const [accountId, accessKeyId, at] = [MEMBER_OF_MANY, 'AKIAEXAMPLEROOT09MEM', world.now - 86_400_000];
  world.accounts[accountId]?.root.keys.push({ id: accessKeyId, status: 'Active', createdAt: at });
  recordRootCall(world, { accountId, accessKeyId, service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp: '10.9.8.7', userAgent: 'Boto3/1.26', isReadOnly: true }, at);
};

/** The same in a small organization, whose delegate may open root sessions. */
const openToDelegate = (world: World): void => {
  world.organization?.trustedServices.push('iam.amazonaws.com');
  world.organization?.rootFeatures.push('RootCredentialsManagement');
  for (const { allow } of world.principals) allow?.push('sts:AssumeRoot');
  const [accountId, accessKeyId, at] = ['222233334444', 'AKIAEXAMPLEROOT09SBX', world.now - 86_400_000];
  world.accounts[accountId]?.root.keys.push({ id: accessKeyId, status: 'Active', createdAt: at });
  recordRootCall(world, { accountId, accessKeyId, service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp: '10.9.8.7', userAgent: 'Boto3/1.26', isReadOnly: true }, at);
};

/** A topic that the alerts will use, encrypted with a key of the account's own. */
function encryptTopicOf(account: Account): void {
  const { topics, keys } = alertingOf(account);
  topics.push({ name: 'rootzero-root-page', region: 'us-east-1', arn: `arn:aws:sns:us-east-1:${account.id}:rootzero-root-page`, policy: '{"Statement":[]}', kmsKeyId: 'alias/topics', subscriptions: [] });
  keys.push({ id: 'key', region: 'us-east-1', arn: `arn:aws:kms:us-east-1:${account.id}:key/key`, aliases: ['alias/topics'], manager: 'CUSTOMER', policy: '{"Statement":[]}' });
}
const encryptTopic = (world: World): void => Object.values(world.accounts).slice(0, 1).forEach(encryptTopicOf);

/** An alert in one account: a rule, and the topic that it sends to. */
const addAlert = (accountId: string) => (world: World): void => {
  const account = world.accounts[accountId];
  if (account === undefined) return;
  encryptTopicOf(account);
  const arn = `arn:aws:sns:us-east-1:${accountId}:rootzero-root-page`;
  alertingOf(account).rules.push({ name: 'rootzero-root-key-page', region: 'us-east-1', arn: `arn:aws:events:us-east-1:${accountId}:rule/rootzero-root-key-page`, pattern: '{"source":["aws.iam"]}', state: 'ENABLED', description: '', targets: [{ id: 'rootzero', arn }] });
};

/** A member in which Security Hub watches root keys already. */
const putMemberRule = (world: World): void => {
  const member = world.accounts[MEMBER];
  if (member === undefined) return;
  member.config['us-east-1'] = {
    recorders: [{ name: 'default', isRecording: true, isServiceLinked: false }],
    rules: [{ name: 'securityhub-root', arn: 'arn:x', id: 'x', source: { owner: 'AWS', identifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, tags: {}, createdAt: 0, createdBy: 'securityhub.amazonaws.com' }],
  };
};

/** Root credentials are managed centrally, one account has a tag, root of the management account has a key and MFA; `admin` may open root sessions. */
const surveyable = (world: World): void => {
  const { organization } = world;
  if (organization === undefined) return;
  organization.rootFeatures.push('RootCredentialsManagement');
  organization.trustedServices.push('iam.amazonaws.com');
  organization.tags['222233334444'] = { team: 'a' };
  organization.tags[organization.managementAccountId] = { team: 'a' };
  for (const { allow } of world.principals) allow?.push('sts:AssumeRoot');
  addMfa(world);
};
const SURVEY = ['check', '--org', '--tag', 'team=a'];

const AROUND_KEY = ['--org-profile', 'management', '--root-profile', 'root', '--profile', 'admin'];

const ALERTS = ['guard', 'alerts'];
const CONFIG = ['guard', 'config'];
const ORGANIZATION = ['--organization', '--profile', 'management'];

const ROLE = ['--member-role', 'SecurityAudit'];
const SANDBOX = ['--target', 'ou-ex4m-unit0001'];
const PREVIEW = ['guard', 'preview', ...ROLE, ...SANDBOX, '--root-sessions', '--delegate', '200002000006', '--out', '{plan}'];
const ROLL_OUT = ['guard', ...APPLY];
const PLAN_ORG = ['plan', '--org', '--out', '{plan}'];
const BY_DELEGATE = ['--org-profile', 'management'];
const WHY = ['--reason', 'a drill', '--yes', ...ROLE];
const MEMBER = '444455556666';

const MORE: readonly JobScript[] = [
  { scenario: 'rollout', commands: [PREVIEW, ROLL_OUT, ['resume'], ['guard', 'status', '--no-config', '--no-alerts']] },
  { scenario: 'rollout', commands: [PREVIEW, ROLL_OUT, ['rollback']] },
  { scenario: 'rollout', trouble: manageCentrally, commands: [['plan', '--org', ...ROLE], ['plan', '--org', '--tag', 'team=security']] },
  {
    scenario: 'member-account',
    trouble: (world) => { openToDelegate(world); delegate('444455556666')(world); addMfa(world); removeRootSession(world); },
    commands: [['plan', '--org', '--org-profile', 'management', '--profile', 'admin', ...ROLE], ['plan', '--org', '--org-profile', 'management', '--tag', 'team=security']],
  },
  { scenario: 'retire-organization', commands: [[...PLAN_ORG, ...ROLE, '--credentials', 'keys,certificates,password,mfa', '{acknowledge-all}'], APPLY, ['resume']] },
  { scenario: 'retire-organization', commands: [[...PLAN_ORG, '{acknowledge-all}', '--afterwards', 'replace', '--replace-target', 'ou-ex4m-business'], APPLY, ['resume'], ['rollback', '{run}']] },
  {
    scenario: 'member-account',
    trouble: (world) => { openToDelegate(world); delegate('444455556666')(world); removeRootSession(world); },
    commands: [[...PLAN_ORG, ...ROLE, ...BY_DELEGATE, '{acknowledge-all}'], [...APPLY, ...BY_DELEGATE], ['resume', ...BY_DELEGATE], ['rollback', '{run}', ...BY_DELEGATE]],
  },
  { scenario: 'rollout', trouble: refuseOnce('organizations:AttachPolicy'), commands: [['guard', 'apply', ...ROLE, ...SANDBOX], ['resume']] },
  { scenario: 'sealed-organization', commands: [['guard', 'remove']] },
  { scenario: 'sealed-organization', commands: [['guard', 'remove'], ['rollback', '{run}']] },
  { scenario: 'sealed-organization', commands: [['guard', 'status', ...ROLE], ['breakglass', 'open', MEMBER, ...WHY], ['breakglass', 'close']] },
  { scenario: 'sealed-organization', trouble: addAlert(MEMBER), commands: [['breakglass', 'drill', MEMBER, ...WHY]] },
  { scenario: 'sealed-organization', trouble: addAlert('111122223333'), commands: [['breakglass', 'drill', MEMBER, ...WHY]] },
  { scenario: 'sealed-organization', commands: [['breakglass', 'open', MEMBER, ...WHY], ['rollback']] },
  { scenario: 'flagged-account', commands: [['guard', 'status']] },
  { scenario: 'management-account', trouble: surveyable, commands: [SURVEY, ['check', '--org', '--since', 'last']] },
  { scenario: 'member-account', trouble: (world) => { surveyable(world); delegate(MEMBER)(world); removeRootSession(world); }, commands: [[...SURVEY, '--org-profile', 'management'], ['check', '--org', '--org-profile', 'management'], SURVEY, ['check', '--org']] },

  { scenario: 'flagged-account', trouble: encryptTopic, commands: [[...ALERTS, 'apply', '--page-to', 'oncall@example.com', '--alert-region', 'us-east-1'], [...ALERTS, 'status'], ['guard', 'status'], [...ALERTS, 'test', '--send', '--alert-region', 'us-east-1'], [...ALERTS, 'remove']] },
  { scenario: 'flagged-account', commands: [[...CONFIG, 'apply'], [...CONFIG, 'status'], ['guard', 'status'], [...CONFIG, 'remove']] },
  { scenario: 'management-account', trouble: putMemberRule, commands: [['guard', 'status', ...ROLE]] },
  { scenario: 'management-account', commands: [[...CONFIG, 'apply', ...ORGANIZATION], [...CONFIG, 'status', ...ORGANIZATION], ['guard', 'status', ...ROLE], [...CONFIG, 'remove', ...ORGANIZATION]] },
  { scenario: 'flagged-account', commands: [['check'], ['status'], PLAN, APPLY, ['status'], ['rollback']] },
  { scenario: 'flagged-account', trouble: addMfa, commands: [['check'], PLAN, APPLY, ['resume']] },
  { scenario: 'flagged-account', trouble: refuseOnce('iam:UpdateAccessKey'), commands: [PLAN, APPLY, ['resume']] },
  { scenario: 'management-account', commands: [[...PLAN, ...UNIT], APPLY, ['resume'], ['rollback', '{run}']] },
  { scenario: 'management-account', commands: [[...PLAN, ...ACCOUNT], [...APPLY, '--wait']] },
  { scenario: 'member-account', trouble: delegate('444455556666'), commands: [['doctor']] },
  { scenario: 'many-hands', trouble: (world) => { addMfa(world); removeRootSession(world); }, commands: [['usage']] },
  { scenario: 'management-account', trouble: useMemberKey, commands: [['usage', '--accounts', '444455556666', '--role', 'SecurityAudit'], ['usage']] },
  { scenario: 'govcloud-member', commands: [[...PLAN, '--delete-signing-key', `${KEY}=no console`, ...AROUND_KEY], [...APPLY, ...AROUND_KEY], ['rollback', ...AROUND_KEY]] },
  { scenario: 'govcloud-member', trouble: refuseOnce('organizations:CreatePolicy'), commands: [[...PLAN, '--delete-signing-key', `${KEY}=no console`, ...AROUND_KEY], [...APPLY, ...AROUND_KEY], ['resume', ...AROUND_KEY]] },
  { scenario: 'compromised', commands: [['plan', '--suspected-compromise', '--out', '{plan}'], APPLY, ['rollback', '--approve', '{digest}']] },
];

export const JOB_SCRIPTS: readonly JobScript[] = [
  // Rollouts play themselves over hundreds of accounts; what they call, fewer show as well.
  ...Object.values(SCENARIOS).filter(({ isPlayed }) => isPlayed !== true).map(({ name, answers }) => ({ scenario: name, commands: answers.steps.map(({ command }) => command) })),
  ...Object.keys(SCENARIOS).map((scenario) => ({ scenario, commands: [['doctor']] })),
  ...MORE,
];
