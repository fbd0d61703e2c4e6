/** What one event of root tells: which call, of which class, whether refused, whether our own, and by whom. Pure; the digest is handed in. */
import type { EventClass, UsageCaller } from './caller.ts';
import { canonicalJson } from './canonical-json.ts';
import type { RootEvent } from './root-event.ts';

/** Stands in the user agent of every request that rootzero makes (AWS SDK setting `sdk_ua_app_id`). */
export const OWN_USER_AGENT_MARK = 'app/rootzero';

const OWN_READS: ReadonlySet<string> = new Set([
  'sts:GetCallerIdentity', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:GetAccountSummary', 'iam:ListMFADevices',
  'iam:ListVirtualMFADevices', 'iam:ListSigningCertificates', 'iam:GetLoginProfile', 'iam:ListAccountAliases', 'iam:ListOrganizationsFeatures', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport',
]);
const OWN_READ_SERVICES: ReadonlySet<string> = new Set(['organizations', 'config', 'cloudtrail', 'account']);

/** `s3.amazonaws.com` → `s3` */
export const serviceOf = (event: RootEvent): string => event.source.replace(/\.amazonaws\.com(\.cn)?$/, '');
/** `s3:ListBuckets` */
export const callOf = (event: RootEvent): string => `${serviceOf(event)}:${event.name}`;

/** True for a read of rootzero's own. Its writes stay visible, and so does anybody who only borrows its user agent to do more. */
export function isOwnRead(event: RootEvent): boolean {
  if (!event.userAgent.includes(OWN_USER_AGENT_MARK)) return false;
  return OWN_READS.has(callOf(event)) || (event.isReadOnly && OWN_READ_SERVICES.has(serviceOf(event)));
}

/** Access keys and the sessions minted from them break when the keys go; sign-ins, AssumeRoot and AWS services do not depend on them. */
export const isCallerToAcknowledge = (caller: Pick<UsageCaller, 'kind'>): boolean => caller.kind === 'root-key' || caller.kind === 'minted-session';

/** CloudTrail spells a refusal in several ways: `AccessDenied`, `AccessDeniedException`, `Client.UnauthorizedOperation`. */
export const isDenied = ({ errorCode }: RootEvent): boolean => errorCode !== null && /AccessDenied|Unauthorized|FailedAuthentication/.test(errorCode);

/** The class of an event, as a person tells uses of root apart. Sessions of AssumeRoot are ours where rootzero's user agent says so. */
export function classOf({ kind, signedInBy, userAgent }: RootEvent): EventClass {
  if (kind === 'sign-in-session') return signedInBy ?? 'console';
  return kind === 'assumed-root' && userAgent.includes(OWN_USER_AGENT_MARK) ? 'own-assumed-root' : kind;
}

export type CallerIdentity = Pick<RootEvent, 'kind' | 'accessKeyId' | 'sourceIp' | 'userAgent'>;

/** Who called, as fingerprints tell callers apart: sessions have no key id, since theirs change. */
export const identityOf = ({ kind, accessKeyId, sourceIp, userAgent }: CallerIdentity): CallerIdentity =>
  ({ kind, accessKeyId: kind === 'root-key' ? accessKeyId : null, sourceIp, userAgent });

/** The first twelve digits over the canonical JSON of who called: how a person names a caller. */
export const fingerprintOf = (caller: CallerIdentity, digest: (text: string) => string): string =>
  digest(canonicalJson(identityOf(caller))).slice(0, 12);
