/** Both views of every message: hostile text from outside is inert in each, and the machine's view is the message itself. */
import { describe, expect, it } from 'vitest';
import type { RootDeed } from '../../src/domain/caller.ts';
import { assessFindings } from '../../src/domain/findings.ts';
import { listDeeds } from '../../src/domain/deeds.ts';
import type { GuardPlan } from '../../src/domain/guard-plan.ts';
import { assembleOrganizationStatus } from '../../src/domain/guard-status.ts';
import { known, unknown } from '../../src/domain/observed.ts';
import { parseOrganizationId } from '../../src/domain/identifiers.ts';
import { judgeAccount } from '../../src/domain/organization/judgement.ts';
import type { ChangePlan } from '../../src/domain/change-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { assembleUsageReport } from '../../src/domain/usage-report.ts';
import { assessVerdict } from '../../src/domain/verdict.ts';
import type { Message } from '../../src/ports/ui.ts';
import { renderMessage } from '../../src/terminal/human-view.ts';
import { sanitize } from '../../src/terminal/sanitize.ts';
import { openStyle } from '../../src/terminal/style.ts';
import type { Surface } from '../../src/terminal/terminal.ts';
import { openView } from '../../src/terminal/view.ts';
import { assembleRollout } from '../../src/domain/rollout-planner.ts';
import { decisions, DENY_ROOT_STRICTLY, facts as organizationFacts, policy, ROOT, tree } from '../domain/organization-examples.ts';
import { caller, CREATED_AT, factsOf, FIRST_KEY, nights, planOf, usageOf } from '../domain/plan-examples.ts';
import { EVERYTHING_READ, rootEvent, visitsAt } from '../domain/root-event-examples.ts';
import { assessOutcome } from '../../src/domain/outcome.ts';
import { parseDay } from '../../src/domain/instant.ts';
import { assessWaivers } from '../../src/domain/waiver.ts';
import { READ_AT, reported } from '../domain/root-user-examples.ts';
import { TestClock } from '../support/clock.ts';
import { openTestStreams } from '../support/streams.ts';
import { accountAt, keyOf, LATELY, planOf as organizationPlanOf, usageOf as memberUsageOf } from '../domain/organization/plan-examples.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

const NEW_YEAR = parseDay('2027-01-01');
if (NEW_YEAR === undefined) throw new Error('no day');
const EVIL = HOSTILE.map(([, text]) => text).join(' ');

const evilUsage = usageOf(...visitsAt(nights(1, 20), { userAgent: EVIL, sourceIp: EVIL, region: EVIL, source: `${EVIL}.amazonaws.com`, name: EVIL }));
const evilFacts = factsOf({
  lastUses: { [FIRST_KEY]: known({ at: READ_AT, service: EVIL, region: EVIL }, READ_AT, 'iam:GetAccessKeyLastUsed') },
  report: reported(true, false),
  summary: unknown('aws/access-denied', 'iam:GetAccountSummary', EVIL),
  alias: known(EVIL, READ_AT, 'iam:ListAccountAliases'),
});
const evilCaller = { ...caller('role'), arn: `arn:aws:sts::111122223333:assumed-role/${EVIL}/x` };
const rule = { name: EVIL, sourceOwner: 'AWS', sourceIdentifier: EVIL, description: EVIL, maximumExecutionFrequency: null, inputParameters: null, createdBy: EVIL };
const evilPlan: Plan = {
  ...planOf({
    facts: evilFacts,
    usage: evilUsage,
    world: `rehearsal ${EVIL}`,
    guardrails: {
      actions: [
        { id: 'scp', kind: 'attach-guardrail', effect: 'reversible', guardrail: { name: EVIL, description: EVIL, content: EVIL, existingId: null, target: { kind: 'organizational-unit', id: EVIL, name: EVIL } } },
        { id: 'config-rule', kind: 'put-config-rule', effect: 'reversible', region: EVIL, rule },
      ],
      notDone: [{ what: EVIL, because: EVIL }],
      blockers: [{ code: 'guardrail/name-taken', text: EVIL }],
    },
    decisions: { soakMs: 60_000, acceptShortSoak: EVIL, acknowledgements: evilUsage.callers.map((found) => ({ fingerprint: found.fingerprint, reason: EVIL })) },
  }),
};
const evilTree = tree();
evilTree.units = evilTree.units.map((unit) => ({ ...unit, name: EVIL }));
evilTree.accounts = evilTree.accounts.map((account) => ({ ...account, name: EVIL }));
const evilOrganization = organizationFacts([{ ...policy('strict', DENY_ROOT_STRICTLY, ROOT), name: EVIL }], { tree: evilTree });
const evilGuardPlan: GuardPlan = {
  ...assembleRollout({ createdAt: CREATED_AT, tool: EVIL, world: EVIL, facts: evilOrganization, reading: { name: EVIL, arn: EVIL, kind: 'role', keyId: null }, decisions: decisions({ policy: { name: EVIL, description: EVIL, policyText: EVIL } }) }, {
    from: READ_AT, to: CREATED_AT, coverage: [{ account: evilFacts.account, readable: false, because: EVIL, gaps: [], logs: null }, { account: evilFacts.account, readable: true, regions: [], gaps: [EVIL], logs: null }],
    callers: [{ account: evilFacts.account, fingerprint: '0a1b2c3d4e5f', kind: 'root-key', accessKeyId: FIRST_KEY, sourceIp: EVIL, userAgent: EVIL, lastSeenAt: READ_AT, calls: [{ call: EVIL, count: 1, effect: 'denied', because: EVIL, task: null }] }],
  }),
  accepted: [{ fingerprint: EVIL, reason: EVIL }],
  digest: '0'.repeat(64),
};
const evilDeeds: RootDeed[] = listDeeds([rootEvent({ id: 'deed', name: EVIL, source: EVIL, region: EVIL, userAgent: EVIL, sourceIp: EVIL, subject: EVIL, errorCode: EVIL, isReadOnly: false })]);
const evilFindings = assessOutcome(
  assessVerdict(evilFacts),
  assessWaivers(assessFindings(evilFacts, assessVerdict(evilFacts)), [{ account: evilFacts.account, finding: 'root-access-key', reason: EVIL, owner: EVIL, expires: NEW_YEAR, line: 1 }], evilFacts.account, READ_AT),
  'any',
);
const evilEvents = visitsAt(nights(1, 20), { userAgent: EVIL, sourceIp: EVIL, region: EVIL, source: `${EVIL}.amazonaws.com`, name: EVIL });
const evilReport = assembleUsageReport({
  now: CREATED_AT,
  facts: evilFacts,
  otherLastUses: { [EVIL]: known({ at: CREATED_AT, service: EVIL, region: EVIL }, READ_AT, 'iam:GetAccessKeyLastUsed') },
  usage: evilUsage,
  sources: [
    { source: 'event-history', coverage: { ...EVERYTHING_READ, regions: [{ region: EVIL, readable: false, because: EVIL, detail: EVIL }] }, dataEvents: 'never', files: null },
    {
      source: 'log-files', coverage: { ...EVERYTHING_READ, regions: [{ region: EVIL, readable: true, events: 1 }] }, dataEvents: 'seen',
      files: { directory: EVIL, found: 9, whole: 1, bytes: 1, records: 1, empty: 1, duplicates: 1, otherAccounts: 1, otherFiles: 1, faulty: 7, faults: [{ path: EVIL, kind: 'damaged', detail: EVIL }], days: { [EVIL]: 3 } },
    },
  ],
  kept: [...evilEvents.map((event) => ({ ...event, isReadOnly: false, subject: EVIL, errorCode: EVIL })), rootEvent({ id: 'mint', source: 'sts.amazonaws.com', name: 'GetSessionToken', subject: EVIL, sourceIp: EVIL })],
});
const action = evilPlan.actions.find((planned) => planned.kind === 'attach-guardrail');
if (action === undefined) throw new Error('the plan attaches no guardrail');

const evilRule = { pattern: EVIL, state: 'ENABLED', description: EVIL } as const;
const evilChanges: ChangePlan = {
  schema: 1, kind: 'changes', about: 'alerts', createdAt: READ_AT, tool: EVIL, world: `rehearsal ${EVIL}`, boundTo: { account: evilFacts.account, partition: 'aws' },
  changes: [
    { id: EVIL, kind: 'topic', region: EVIL, name: EVIL, arn: EVIL, before: false, after: true },
    { id: EVIL, kind: 'topic-statement', region: EVIL, arn: EVIL, before: false, after: true },
    { id: EVIL, kind: 'subscription', region: EVIL, arn: EVIL, protocol: EVIL, endpoint: EVIL },
    { id: EVIL, kind: 'event-rule', region: EVIL, name: EVIL, before: evilRule, after: evilRule },
    { id: EVIL, kind: 'rule-target', region: EVIL, rule: EVIL, before: null, after: { id: EVIL, arn: EVIL, roleArn: null } },
    { id: EVIL, kind: 'config-rule', region: EVIL, before: null, after: rule },
    { id: EVIL, kind: 'organization-rule', region: EVIL, before: { name: EVIL, identifier: EVIL, description: EVIL, maximumExecutionFrequency: null, excludedAccounts: [EVIL] }, after: null },
  ],
  notDone: [{ what: EVIL, because: EVIL }], digest: '0'.repeat(64),
};

const evilTrouble = { account: evilFacts.account, code: 'soak/root-use', text: EVIL, next: EVIL, isUnverified: false };
const [evilMember, evilNeighbour] = [accountAt(1), accountAt(2)];
const evilMemberUsage = memberUsageOf(evilMember, visitsAt(nights(1, 20), { accessKeyId: keyOf(evilMember), userAgent: EVIL, sourceIp: EVIL, region: EVIL, name: EVIL }));
const evilOrganizationPlan = organizationPlanOf(
  [{ account: evilMember, name: EVIL, keys: [{ use: { ...LATELY, at: nights(20, 20)[0] ?? LATELY.at, service: EVIL } }], hasPassword: true }, { account: evilNeighbour, name: EVIL, keys: [{ use: { ...LATELY, service: EVIL } }] }],
  {
    world: `rehearsal ${EVIL}`,
    policies: [policy(EVIL, EVIL, evilNeighbour)],
    usages: new Map([[evilMember, evilMemberUsage]]),
    others: new Map([[evilMember, { certificates: [EVIL], hasPassword: true, mfaDevices: [EVIL] }]]),
    reading: { account: evilMember, name: EVIL, arn: EVIL, kind: 'role', keyId: null },
    decisions: {
      credentials: ['keys', 'certificates', 'password', 'mfa'], soakMs: 60_000, acceptShortSoak: EVIL, acceptUnprovedSoak: EVIL,
      afterwards: { kind: 'replace', policy: { name: EVIL, description: EVIL, policyText: EVIL }, targets: [ROOT] },
      acknowledgements: (evilMemberUsage.seen?.usage.callers ?? []).map(({ fingerprint }) => ({ fingerprint, reason: EVIL })),
    },
  },
);
/** An account with a key, and one that nobody could read. */
const evilVerdict = assessVerdict(evilFacts);
const evilRow = { account: evilFacts.account, name: EVIL, path: { ids: [EVIL], names: [EVIL, EVIL] }, state: 'active' as const, isManagement: false, at: READ_AT };
const evilCommon = { organization: { organization: parseOrganizationId('o-exampleorg1'), managementAccount: evilFacts.account, partition: 'aws' }, at: READ_AT, centralAccess: evilFacts.centralAccess } as const;
const evilAccounts = [
  judgeAccount(evilCommon, { ...evilRow, by: 'root-session', posture: { kind: 'read', facts: evilFacts, verdict: evilVerdict, findings: assessFindings(evilFacts, evilVerdict) } }, [], 'posture'),
  judgeAccount(evilCommon, { ...evilRow, by: 'nobody', posture: { kind: 'unknown', because: 'member/session-denied', detail: EVIL, remedy: EVIL } }, [], 'posture'),
] as const;

/** One message of each code, with hostile text wherever text comes from outside. */
const MESSAGES: { [Code in Message['code']]: Extract<Message, { code: Code }> } = {
  'screen': { code: 'screen', screen: 'identity', world: EVIL, endpoint: EVIL },
  'debrief': { code: 'debrief', drill: EVIL, teaches: EVIL, well: [EVIL], risky: [EVIL], isOver: false },
  'identity': { code: 'identity', reading: { name: EVIL, caller: evilCaller, endpoint: EVIL }, root: { name: EVIL, caller: evilCaller, endpoint: EVIL }, organization: { name: EVIL, caller: evilCaller, endpoint: EVIL }, place: { kind: 'standalone' } },
  'facts': { code: 'facts', facts: evilFacts, verdict: assessVerdict(evilFacts), findings: assessFindings(evilFacts, assessVerdict(evilFacts)).map((finding) => ({ ...finding, summary: EVIL })) },
  'check': { code: 'check', ...evilFindings, lastUse: { latest: { at: READ_AT, by: 'access-key', keyId: null, service: EVIL, region: EVIL, source: 'iam:GetCredentialReport' }, unread: [EVIL] } },
  'look-back/started': { code: 'look-back/started', regions: 17, days: 90 },
  'look-back/region': { code: 'look-back/region', region: EVIL, done: 1, of: 1, events: 1, unreadable: EVIL },
  'look-back/progress': { code: 'look-back/progress', region: EVIL, events: 1, backTo: CREATED_AT, share: 0.5 },
  'look-back/done': { code: 'look-back/done', usage: { ...evilUsage, coverage: { ...EVERYTHING_READ, regions: [{ region: EVIL, readable: false, because: EVIL, detail: EVIL }] } } },
  'log-files/read': { code: 'log-files/read', files: 12, bytes: 34_000_000, records: 56_000, faulty: 1 },
  'usage': { code: 'usage', report: evilReport },
  'usage/failed': { code: 'usage/failed', account: evilFacts.account, problem: { code: 'aws/access-denied', fault: 'operator', summary: EVIL, detail: EVIL, nextStep: EVIL, exitCode: 4 } },
  'usage/accounts': { code: 'usage/accounts', whole: 1, partly: 1, failed: 1 },
  'survey/reading': { code: 'survey/reading', what: 'tags', accounts: 3 },
  'survey/started': { code: 'survey/started', organization: parseOrganizationId('o-exampleorg1'), managementAccount: evilFacts.account, accounts: 3, of: 300 },
  'survey/progress': { code: 'survey/progress', done: 1, of: 3, perSecond: 0.5, leftMs: 4_000, counts: { active: 1, inactive: 0, present: 0, absent: 0, unknown: 0 }, isMilestone: true },
  'organization-plan': { code: 'organization-plan', plan: evilOrganizationPlan, surveyed: 3, clean: 1, path: EVIL },
  'organization-plan/unasked': { code: 'organization-plan/unasked', missing: 310, next: EVIL },
  'survey/account': { code: 'survey/account', account: evilAccounts[0] },
  'survey/found': { code: 'survey/found', organization: parseOrganizationId('o-exampleorg1'), accounts: { active: 1, inactive: 0, present: 0, absent: 0, unknown: 1 }, listed: [...evilAccounts] },
  'survey/kept': { code: 'survey/kept', path: EVIL },
  'survey/done': {
    code: 'survey/done', organization: parseOrganizationId('o-exampleorg1'), isComplete: false, listed: [...evilAccounts], exitCode: 1, failOn: 'posture',
    accounts: { active: 1, inactive: 0, present: 0, absent: 0, unknown: 1 }, findings: evilFindings.counts,
    drift: { since: CREATED_AT, compared: 1, exitCode: 1, changes: [{ kind: 'key-appeared', account: evilFacts.account, name: EVIL, keyId: FIRST_KEY, status: 'active' }] },
  },
  'plan': { code: 'plan', plan: evilPlan, path: EVIL },
  'preflight': { code: 'preflight', account: evilFacts.account, findings: [{ id: 'trail', area: 'detection', state: 'in-the-way', summary: EVIL, mend: { command: EVIL, advice: EVIL } }] },
  'warning': { code: 'warning', text: EVIL },
  'run/started': { code: 'run/started', runId: '7f3a-91c2', account: evilFacts.account, folder: EVIL, resumed: true },
  'step/started': { code: 'step/started', action },
  'step/done': { code: 'step/done', action, at: READ_AT, note: EVIL },
  'soak/waiting': { code: 'soak/waiting', runId: '7f3a-91c2', from: READ_AT, until: CREATED_AT, contained: [FIRST_KEY], watched: [], rests: 'inactive', isStaying: false },
  'soak/read-back': { code: 'soak/read-back', from: READ_AT, to: CREATED_AT, events: 1, unreadable: [EVIL], isProved: false, isFinal: true },
  'console/clicks': { code: 'console/clicks', runId: '7f3a-91c2', account: evilFacts.account, task: 'delete', keyIds: [FIRST_KEY], signInUrl: EVIL, isStaying: false },
  'console/seen': { code: 'console/seen', account: evilFacts.account, task: 'deactivate', keyIds: [], at: READ_AT, basis: 'report', by: [EVIL] },
  'deeds': { code: 'deeds', deeds: evilDeeds, newRegions: [EVIL], sessionsMayLiveUntil: CREATED_AT },
  'verified': { code: 'verified', account: evilFacts.account, at: READ_AT, by: 'witness' },
  'summary': {
    code: 'summary', runId: '7f3a-91c2', outcome: 'done', removed: [FIRST_KEY], convergence: { reportStillShowsUntil: CREATED_AT, sessionsMayLiveUntil: CREATED_AT },
    notDone: [{ what: EVIL, because: EVIL }], folder: EVIL, next: EVIL,
  },
  'status': { code: 'status', runs: [{ runId: '7f3a-91c2', account: EVIL, world: EVIL, startedAt: READ_AT, state: 'stopped', waitsUntil: null, because: EVIL, next: EVIL, organization: {
    waves: [{ wave: 1, name: EVIL, accounts: 5, open: 1, contained: 1, done: 1, inTrouble: 1, leftOut: 1, soaksEnd: { first: READ_AT, last: CREATED_AT } }], troubles: [evilTrouble], notCovered: 2,
  } }] },
  'organization/progress': { code: 'organization/progress', wave: 1, phase: 'remove-keys', done: 3, of: 3, inTrouble: 1 },
  'organization/trouble': { code: 'organization/trouble', wave: 1, name: EVIL, trouble: evilTrouble },
  'organization/waiting': { code: 'organization/waiting', runId: '7f3a-91c2', wave: 1, waves: 3, accounts: 14, from: READ_AT, first: READ_AT, until: CREATED_AT, blind: 2, inTrouble: 1, isStaying: false },
  'organization/read-back': { code: 'organization/read-back', wave: 1, from: READ_AT, to: CREATED_AT, accounts: 14, unreadable: [evilFacts.account], isContainmentReadable: false, isFinal: true },
  'organization/removed': { code: 'organization/removed', wave: 1, kind: 'mfa', count: 2, accounts: 2 },
  'organization/summary': {
    code: 'organization/summary', runId: '7f3a-91c2', outcome: 'done', removed: { keys: 14, certificates: 1, password: 1, mfa: 2 }, accounts: 14, stillSealed: 1,
    notDone: [{ what: EVIL, because: EVIL }], folder: EVIL, next: EVIL,
  },
  'guard-parts': { code: 'guard-parts', about: 'alerts', account: EVIL, parts: (['us-east-1', EVIL, 'eu-west-1'].map((region) => ({ kind: 'topic' as const, region, name: EVIL, state: 'broken' as const, because: [EVIL] }))), remarks: [EVIL] },
  'change-plan': { code: 'change-plan', plan: evilChanges, remarks: [EVIL] },
  'change': { code: 'change', text: EVIL, at: READ_AT },
  'spread': { code: 'spread', rule: EVIL, region: EVIL, done: 1, of: 2, failed: 1 },
  'alert-test': { code: 'alert-test', matches: [{ alert: EVIL, region: EVIL, samples: 3, wrong: [EVIL] }], sent: [{ region: EVIL, topic: EVIL }], remarks: [EVIL] },
  'change-summary': { code: 'change-summary', runId: '7f3a-91c2', about: 'config', outcome: 'done', changes: 1, left: [EVIL], notDone: [{ what: EVIL, because: EVIL }], folder: EVIL, next: EVIL },
  'guard/organization': { code: 'guard/organization', organization: EVIL, units: 1, accounts: 1 },
  'guard/member-read': { code: 'guard/member-read', account: evilFacts.account, done: 1, of: 1, events: 1, unreadable: EVIL },
  'guard/plan': { code: 'guard/plan', plan: evilGuardPlan, path: EVIL },
  'guard/status': { code: 'guard/status', status: { account: evilFacts.account, organization: assembleOrganizationStatus(evilOrganization, { name: EVIL, content: EVIL }, () => ({ state: 'unknown', because: EVIL })), config: [{ kind: 'organization-rule', region: EVIL, name: EVIL, state: 'broken', because: [EVIL] }], alerts: [{ kind: 'event-rule', region: EVIL, name: EVIL, state: 'missing', because: [EVIL] }], unread: [EVIL] } },
  'guard/step': { code: 'guard/step', phase: 'done', action: { id: 'x', kind: 'attach-policy', effect: 'reversible', policy: EVIL, target: { kind: 'account', id: EVIL, name: EVIL }, probe: evilFacts.account }, at: READ_AT, note: EVIL },
  'guard/waiting': { code: 'guard/waiting', runId: '7f3a-91c2', action: { id: 'x', kind: 'stay-open', effect: 'wait', account: evilFacts.account, until: CREATED_AT }, until: CREATED_AT, isStaying: false },
  'guard/watched': { code: 'guard/watched', wave: 1, from: READ_AT, to: CREATED_AT, accounts: 1, earlier: 1, unreadable: [evilFacts.account] },
  'guard/denied': { code: 'guard/denied', callers: [{ account: evilFacts.account, fingerprint: '0a1b2c3d4e5f', kind: 'root-key', accessKeyId: FIRST_KEY, sourceIp: EVIL, userAgent: EVIL, firstAt: READ_AT, lastAt: READ_AT, calls: [{ call: EVIL, count: 1, task: 'close the account' }] }] },
  'guard/summary': { code: 'guard/summary', runId: '7f3a-91c2', purpose: 'roll-out', outcome: 'done', attached: 1, accounts: 1, notDone: [{ what: EVIL, because: EVIL }], folder: EVIL, next: EVIL },
  'breakglass/sealed': { code: 'breakglass/sealed', account: evilFacts.account, at: READ_AT, openedAt: READ_AT, closedAt: CREATED_AT, deeds: { events: 1, denied: 0, signedInAt: READ_AT } },
  'breakglass/page': { code: 'breakglass/page', account: evilFacts.account, alerting: evilFacts.account, isForwarded: true, parts: [{ kind: 'topic', region: EVIL, name: EVIL, state: 'broken', because: [EVIL] }], unproved: [EVIL] },
  'note': { code: 'note', text: EVIL },
  'problem': { code: 'problem', problem: { code: 'tool/defect', fault: 'tool', summary: EVIL, detail: EVIL, nextStep: EVIL, exitCode: 70 } },
};

function show(format: 'table' | 'json' | 'ndjson', message: Message): { result: string; progress: string } {
  const shown = { result: '', progress: '' };
  const view = openView(format, openTestStreams({ result: (text) => { shown.result += text; }, progress: (text) => { shown.progress += text; } }), new TestClock());
  view.emit(message);
  return shown;
}

const lines = (message: Message): string[] => {
  const { result, progress } = show('table', message);
  return `${result}${progress}`.trimEnd().split('\n');
};

describe.each(Object.values(MESSAGES))('$code', (message) => {
  it('is inert for a person, line by line', () => {
    for (const line of lines(message)) expect(line).not.toMatch(OBEYED);
  });

  it('is inert for a machine: one line of JSON, and the message itself', () => {
    const { result, progress } = show('ndjson', message);
    expect(progress).toBe('');
    expect(result.trimEnd()).not.toMatch(OBEYED);
    expect(result.split('\n')).toHaveLength(2);
    expect(JSON.parse(result)).toEqual(JSON.parse(JSON.stringify(message)));
  });

  it('never stands on standard output when the result is one JSON document', () => {
    expect(show('json', message).result).toBe('');
  });
});

it('no hostile text makes a line that looks like one of rootzero\'s own', () => {
  for (const message of Object.values(MESSAGES)) {
    expect(lines(message).filter((line) => line.startsWith('✔ No root access keys, verified live')), message.code).toEqual([]);
  }
});

/** What is to be copied is never broken: commands, digests, paths. Here only they may be wider than the screen. */
const isCopyable = (line: string): boolean => /^(rootzero \S+ |[0-9a-f]{64}$)/.test(line) || line === sanitize(EVIL);

describe.each([60, 80, 200])('a person on %i columns', (columns) => {
  const surface: Surface = { columns: () => columns, isColoured: true, isUnicode: true, program: 'rootzero' };
  const style = openStyle(surface);
  const widths = (message: Message): [string, number][] =>
    renderMessage(message, READ_AT, style).map(style.line).filter((line) => !isCopyable(line)).map((line) => [line, style.measure(line)]);

  it.each(Object.values(MESSAGES))('reads $code without breaking, hostile text and all', (message) => {
    for (const [line, width] of widths(message)) expect(width, line).toBeLessThanOrEqual(columns);
  });

  it('reads a plan over an organization without breaking', () => {
    expect(evilOrganizationPlan.accounts).toHaveLength(1);
    const plan = organizationPlanOf(Array.from({ length: 40 }, (_, index) => ({ account: accountAt(index), keys: [{ use: index % 3 === 0 ? LATELY : null }] })));
    for (const [line, width] of widths({ code: 'organization-plan', plan, surveyed: 60, clean: 20, path: 'plan.json' })) expect(width, line).toBeLessThanOrEqual(columns);
  });

  it('reads a plan without breaking', () => {
    for (const [line, width] of widths({ code: 'plan', plan: planOf(), path: 'plan.json' })) expect(width, line).toBeLessThanOrEqual(columns);
  });
});

it('key ids are masked on the screen, and whole for machines', () => {
  const message: Message = { code: 'plan', plan: planOf({ decisions: {} }), path: null };
  expect(lines(message).join('\n')).toContain('…LE01');
  expect(lines(message).join('\n')).not.toContain(FIRST_KEY);
  expect(show('ndjson', message).result).toContain(FIRST_KEY);
});

describe('results go to standard output, progress to standard error', () => {
  const results = [
    'facts', 'check', 'plan', 'run/started', 'soak/waiting', 'console/clicks', 'summary', 'status', 'deeds', 'usage', 'usage/failed', 'usage/accounts',
    'guard-parts', 'change-plan', 'alert-test', 'change-summary',
    'guard/plan', 'guard/status', 'guard/waiting', 'guard/denied', 'guard/summary', 'breakglass/sealed', 'breakglass/page', 'organization-plan', 'organization/waiting', 'organization/summary',
  ] as const;
  it.each(results)('%s is a result', (code) => {
    expect(show('table', MESSAGES[code])).toMatchObject({ progress: '' });
  });

  it.each(['identity', 'look-back/started', 'look-back/region', 'look-back/done', 'log-files/read', 'warning', 'note', 'step/started', 'step/done', 'soak/read-back', 'console/seen', 'verified', 'change', 'spread', 'problem'] as const)('%s is progress', (code) => {
    expect(show('table', MESSAGES[code])).toMatchObject({ result: '' });
  });
});
