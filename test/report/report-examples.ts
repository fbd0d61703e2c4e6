/** Reports for the tests of the documents: from given facts, with hostile text wherever text comes from outside, and of any account at all. */
import * as fc from 'fast-check';
import { FINDING_IDS } from '../../src/domain/controls.ts';
import { parseAccountId, parseOrganizationId } from '../../src/domain/identifiers.ts';
import { parseDay, type Day } from '../../src/domain/instant.ts';
import { unknown } from '../../src/domain/observed.ts';
import { FAIL_ON } from '../../src/domain/outcome.ts';
import type { RootUserFacts } from '../../src/domain/root-user.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import { assembleCheckReport, type CheckParts, type CheckReport } from '../../src/report/check-report.ts';
import { at } from '../domain/root-event-examples.ts';
import { listed, reported, rootKey, rootUserFacts, seen, summarized } from '../domain/root-user-examples.ts';
import { HOSTILE, HOSTILE_MARKUP } from '../terminal/hostile-text.ts';

export function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new RangeError(text);
  return parsed;
}

export const waiver = (given: Partial<Waiver> = {}): Waiver =>
  ({ account: parseAccountId('111122223333'), finding: 'root-mfa', reason: 'token on order', owner: 'platform', expires: day('2026-12-31'), line: 3, ...given });

export const reportOf = ({ facts, ...given }: Partial<Omit<CheckParts, 'facts'>> & { facts?: Partial<RootUserFacts> } = {}): CheckReport =>
  assembleCheckReport({
    tool: 'rootzero/0.1.0', world: 'live', at: at('2026-11-24T12:00:00Z'), reading: { arn: 'arn:aws:sts::111122223333:assumed-role/Audit/ci', kind: 'role' },
    waivers: [], waiversFile: null, failOn: 'any', ...given, facts: rootUserFacts(facts),
  });

const [organization, managementAccount] = [parseOrganizationId('o-exampleorg01'), parseAccountId('999988887777')];

/** Everything that can be bad is bad, and what can be waived is. */
export const WORST: Partial<RootUserFacts> = {
  place: seen({ kind: 'member', organization, managementAccount }, 'organizations:DescribeOrganization'),
  keys: listed(rootKey(1, 'active'), rootKey(2, 'inactive')),
  summary: summarized({ keysPresent: true, mfaEnabled: false, certificatesPresent: true }),
  mfa: seen('none', 'iam:ListVirtualMFADevices'),
  report: reported(true, false),
};

const ALL_HOSTILE = [...HOSTILE, ...HOSTILE_MARKUP].map(([, text]) => text);

/** `text` stands wherever AWS, a profile, an organization or a person may write something. */
export function hostileReport(text: string): CheckReport {
  const use = { at: at('2026-11-20T00:00:00Z'), service: text, region: text };
  const waivers = FINDING_IDS.map((finding) => waiver({ finding, reason: text, owner: text }));
  return reportOf({
    world: `rehearsal ${text}`, reading: { arn: `arn:aws:sts::111122223333:assumed-role/${text}/x`, kind: 'role' }, waiversFile: text, waivers, failOn: 'posture',
    facts: {
      ...WORST,
      report: reported(true, false, { keys: [{ isActive: true, lastRotatedAt: null, lastUse: use }, { isActive: false, lastRotatedAt: null, lastUse: null }] }),
      summary: unknown('aws/access-denied', 'iam:GetAccountSummary', text),
      keys: unknown('facts/not-root-caller', 'iam:ListAccessKeys', text),
      alias: seen(text, 'iam:ListAccountAliases'),
      centralAccess: unknown('aws/rejected', 'iam:ListOrganizationsFeatures', text),
    },
  });
}

export const HOSTILE_TEXTS = [...ALL_HOSTILE, ALL_HOSTILE.join(' ')];

const flags = fc.boolean();
const texts = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...ALL_HOSTILE));
const keys = fc.constantFrom<RootUserFacts['keys'] | null>(null, listed(), listed(rootKey(1, 'active')), listed(rootKey(1, 'inactive')), listed(rootKey(1, 'active'), rootKey(2, 'inactive')));
const summaries = fc.option(fc.record({ keysPresent: flags, mfaEnabled: flags, passwordPresent: flags, certificatesPresent: flags }).map(summarized));
const places = fc.constantFrom<RootUserFacts['place'] | null>(null, ...([{ kind: 'standalone' }, { kind: 'management', organization }, { kind: 'member', organization, managementAccount }] as const).map((place) => seen(place, 'organizations:DescribeOrganization')));

/** A report of any account, with any waivers. */
export const anyReport: fc.Arbitrary<CheckReport> = fc.record({
  keys, summary: summaries, place: places, text: texts,
  report: fc.option(fc.tuple(flags, flags).map(([first, second]) => reported(first, second))),
  mfa: fc.option(fc.constantFrom('none', 'virtual', 'hardware').map((kind) => seen(kind as 'none', 'iam:ListVirtualMFADevices'))),
  central: fc.option(fc.record({ credentialsManagement: flags, rootSessions: flags }).map((value) => seen(value, 'iam:ListOrganizationsFeatures'))),
  partition: fc.constantFrom('aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'),
  failOn: fc.constantFrom(...FAIL_ON),
  waived: fc.subarray([...FINDING_IDS]),
  expires: fc.constantFrom(day('2026-01-01'), day('2026-11-24'), day('2030-01-01')),
  waiversFile: fc.constantFrom(null, 'waivers.yml', './a b/wäivers.yml', '/etc/rootzero/waivers.json', String.raw`C:\waivers.yml`),
}).map(({ central, expires, failOn, keys: listing, mfa, partition, place, report, summary, text, waived, waiversFile }) => reportOf({
  failOn, waiversFile, world: `rehearsal ${text}`, waivers: waived.map((finding) => waiver({ finding, expires, owner: text, reason: text })),
  facts: {
    partition,
    keys: listing ?? unknown('aws/access-denied', 'iam:ListAccessKeys', text),
    summary: summary ?? unknown('aws/throttled', 'iam:GetAccountSummary', text),
    report: report ?? unknown('report/absent', 'iam:GetCredentialReport', text),
    mfa: mfa ?? unknown('aws/access-denied', 'iam:ListVirtualMFADevices', text),
    place: place ?? unknown('aws/access-denied', 'organizations:DescribeOrganization', text),
    centralAccess: central ?? unknown('facts/asked-elsewhere', 'iam:ListOrganizationsFeatures', text),
  },
}));
