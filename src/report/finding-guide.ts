/** What each finding is called, what to do about it, and which file of the package speaks of it. Texts of rootzero's own, for formats that carry them. */
import type { FindingId } from '../domain/controls.ts';

export type Guide = { title: string; remedy: string; policy: string };

export const GUIDE: Record<FindingId, Guide> = {
  'root-access-key': {
    title: 'The root user has no access keys',
    remedy: 'Retire the key without breaking whoever uses it: rootzero runbook retire-root-keys',
    policy: 'policies/config/iam-root-access-key-check.json',
  },
  'root-mfa': {
    title: 'The root user signs in with hardware MFA',
    remedy: 'Sign in as root and assign an MFA device (IAM User Guide, "Multi-factor authentication for AWS account root user").',
    policy: 'policies/scp/deny-root-user/policy.json',
  },
  'root-password': {
    title: 'The root user of a member account has no password',
    remedy: 'Turn on central root access, then delete the password from the management account (IAM User Guide, "Perform a privileged task on an AWS Organizations member account").',
    policy: 'policies/scp/deny-root-user/policy.json',
  },
  'root-signing-certificates': {
    title: 'The root user has no signing certificates',
    remedy: 'Find out who signs with them, then delete them as root (IAM API reference, DeleteSigningCertificate).',
    policy: 'policies/scp/deny-root-user/policy.json',
  },
  'central-root-access': {
    title: 'Root credentials of member accounts are managed centrally',
    remedy: 'Turn it on in the management account (IAM User Guide, "Centralize root access for member accounts"). It deletes no credential by itself.',
    policy: 'policies/scp/deny-root-user/policy.json',
  },
};
