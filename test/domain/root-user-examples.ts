/** Facts about a root user for the tests of the domain: everything unknown unless the test says otherwise. */
import { parseAccessKeyId, parseAccountId } from '../../src/domain/identifiers.ts';
import { known, unknown, type Observed } from '../../src/domain/observed.ts';
import type { AccountSummary, CredentialReport, KeyStatus, RootKey, RootUserFacts } from '../../src/domain/root-user.ts';
import { at } from './root-event-examples.ts';

export const READ_AT = at('2026-11-24T10:00:00Z');
export const REPORTED_AT = at('2026-11-24T07:30:00Z');

const refused = (source: string): ReturnType<typeof unknown> => unknown('aws/access-denied', source);
export const seen = <Value>(value: Value, source: string): Observed<Value> => known(value, READ_AT, source);

export const rootKey = (number: 1 | 2, status: KeyStatus): RootKey => ({
  keyId: parseAccessKeyId(`AKIAROOTKEYEXAMPLE0${number}`),
  status,
  createdAt: at('2019-03-01T00:00:00Z'),
});

export const listed = (...keys: RootKey[]): Observed<RootKey[]> => seen(keys, 'iam:ListAccessKeys');

export const summarized = (given: Partial<AccountSummary>): Observed<AccountSummary> => seen(
  { keysPresent: false, mfaEnabled: true, passwordPresent: true, certificatesPresent: false, ...given },
  'iam:GetAccountSummary',
);

export function reported(first: boolean, second: boolean, given: Partial<CredentialReport> = {}): Observed<CredentialReport> {
  const slot = (isActive: boolean): CredentialReport['keys'][0] => ({ isActive, lastRotatedAt: null, lastUse: null });
  const report: CredentialReport = {
    generatedAt: REPORTED_AT,
    keys: [slot(first), slot(second)],
    passwordEnabled: true,
    passwordLastUsedAt: null,
    mfaActive: true,
    certificatesActive: false,
    ...given,
  };
  return known(report, REPORTED_AT, 'iam:GetCredentialReport');
}

export const rootUserFacts = (given: Partial<RootUserFacts> = {}): RootUserFacts => ({
  account: parseAccountId('111122223333'),
  partition: 'aws',
  place: refused('organizations:DescribeOrganization'),
  keys: refused('iam:ListAccessKeys'),
  lastUses: {},
  summary: refused('iam:GetAccountSummary'),
  report: refused('iam:GetCredentialReport'),
  mfa: refused('iam:ListVirtualMFADevices'),
  centralAccess: refused('iam:ListOrganizationsFeatures'),
  alias: refused('iam:ListAccountAliases'),
  ...given,
});
