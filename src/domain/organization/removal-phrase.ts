/** What a person types before credentials are removed: how many, and of which kind. Pure. */
import type { CredentialKind } from './organization-plan.ts';

const NOUNS: Record<CredentialKind, [one: string, many: string]> = {
  keys: ['key', 'keys'], certificates: ['certificate', 'certificates'], password: ['password', 'passwords'], mfa: ['MFA device', 'MFA devices'],
};

/** `14 keys`, `1 MFA device` */
export const countCredentials = (kind: CredentialKind, count: number): string => `${count} ${NOUNS[kind][count === 1 ? 0 : 1]}`;

/** `delete 14 keys`, `deactivate 1 MFA device` */
export const removalPhrase = (kind: CredentialKind, count: number): string => `${kind === 'mfa' ? 'deactivate' : 'delete'} ${countCredentials(kind, count)}`;
